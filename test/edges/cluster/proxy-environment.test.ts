import { describe, expect, test } from 'vitest';
import { proxyFromEnvironment } from '../../../src/edges/cluster/proxy-environment.ts';

const api = 'https://api.cluster.example.org:6443';

test.each([
  ['HTTPS_PROXY', api, { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
  ['in lower case', api, { https_proxy: 'http://proxy:3128' }, 'http://proxy:3128'],
  ['without a scheme', api, { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128'],
  ['empty', api, { HTTPS_PROXY: '' }, undefined],
  ['none', api, {}, undefined],
  ['HTTP_PROXY is not for https', api, { HTTP_PROXY: 'http://proxy:3128' }, undefined],
  ['loopback by name', 'https://localhost:6443', { HTTPS_PROXY: 'http://proxy:3128' }, undefined],
  ['loopback by address', 'https://127.0.0.1:6443', { HTTPS_PROXY: 'http://proxy:3128' }, undefined],
  ['loopback of IPv6', 'https://[::1]:6443', { HTTPS_PROXY: 'http://proxy:3128' }, undefined],
])('the proxy: %s', (_name, server, env, wanted) => {
  expect(proxyFromEnvironment(server, env)).toBe(wanted);
});

describe('NO_PROXY', () => {
  test.each([
    ['*', api],
    ['api.cluster.example.org', api],
    ['example.org', api],
    ['.example.org', api],
    ['*.example.org', api],
    ['EXAMPLE.ORG', api],
    ['other.net, example.org', api],
    ['example.org:6443', api],
    ['10.0.0.0/8', 'https://10.1.2.3'],
    ['10.1.2.3', 'https://10.1.2.3'],
    ['fd00::/8', 'https://[fd12::1]:6443'],
    ['[fd12::1]:6443', 'https://[fd12::1]:6443'],
  ])('%s covers %s', (list, server) => {
    expect(proxyFromEnvironment(server, { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: list })).toBeUndefined();
  });

  test.each([
    ['ample.org', api],
    ['.api.cluster.example.org', api],
    ['example.org:443', api],
    ['10.0.0.0/8', 'https://11.1.2.3'],
    ['10.0.0.0/99', 'https://10.1.2.3'],
    ['fd00::/8', 'https://10.1.2.3'],
    ['', api],
  ])('%s leaves %s to the proxy', (list, server) => {
    expect(proxyFromEnvironment(server, { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: list })).toBe(
      'http://proxy:3128',
    );
  });
});
