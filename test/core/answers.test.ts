import { describe, expect, it } from 'vitest';
import { fromFolder, prefilledBy, readAnswers } from '../../src/core/answers.ts';

const head = 'apiVersion: orion-setup/v1\nkind: Answers\n';
const whole = `${head}domain: example.org
email: ops@example.org
tree: ./k8s
image: ghcr.io/example/auth-service:1.4.2
allowFromNamespaces: [orion-web, orion-api]
corsOrigins: [https://app.example.org]
ingressClass: nginx
environments:
  staging: {context: a, secretsFile: staging.env, host: auth-staging.example.org}
  production: {context: b, secretsFile: "-"}
acme:
  staging: {server: "https://ca.test:14000/dir", caBundleFile: ca.pem}
`;

const problems = (text: string) => {
  const read = readAnswers(text);
  return read.ok ? [] : read.problems;
};

describe('an answers file', () => {
  it('answers the questions by their ids, with paths seen from its folder', () => {
    const read = readAnswers(whole);
    if (!read.ok) throw new Error(read.problems.join());
    expect(prefilledBy(read.answers, '/etc/orion')).toEqual({
      answers: {
        domain: 'example.org',
        email: 'ops@example.org',
        tree: '/etc/orion/k8s',
        image: 'ghcr.io/example/auth-service:1.4.2',
        callers: ['orion-web', 'orion-api'],
        cors: ['https://app.example.org'],
        'ingress-class': 'nginx',
        'context.staging': 'a',
        'context.production': 'b',
        'host.staging': 'auth-staging.example.org',
        'acme.staging.server': 'https://ca.test:14000/dir',
      },
      secretsFiles: { staging: '/etc/orion/staging.env', production: '-' },
      caBundleFiles: { staging: '/etc/orion/ca.pem' },
    });
  });

  it('may leave everything out but what it is', () => {
    expect(readAnswers(head)).toMatchObject({ ok: true });
    expect(problems('domain: example.org\n')).toEqual([
      'apiVersion: must be "orion-setup/v1"',
      'kind: must be "Answers"',
    ]);
    expect(problems('')).toEqual(['must be of type object']);
  });

  it('names every unknown key, wherever it stands', () => {
    expect(problems(`${head}domian: x\nenvironments: {stagging: {}, staging: {contxt: a}}\n`)).toEqual(
      expect.arrayContaining([
        'unknown key "domian"',
        'environments: unknown key "stagging"',
        'environments.staging: unknown key "contxt"',
      ]),
    );
  });

  it('says what type a value must have, without quoting it', () => {
    const said = problems(
      `${head}domain: [planted-secret]\ncorsOrigins: planted-secret\nacme: {staging: {server: planted-secret}}\n`,
    );
    expect(said).toEqual([
      'domain: must be of type string',
      'corsOrigins: must be a list',
      'acme.staging.server: must be a URL such as https://ca.example.org/directory',
    ]);
    expect(said.join()).not.toContain('planted-secret');
  });

  it('says where it is no YAML', () => {
    expect(problems(`${head}domain: [a\n`)[0]).toMatch(/^line [34]: no valid YAML/);
    expect(problems(`${head}domain: a\ndomain: b\n`)[0]).toMatch(/^line 4: no valid YAML \(DUPLICATE_KEY\)/);
  });

  it.each([
    ['/a', 'b', '/a/b'],
    ['/a/', './b', '/a/b'],
    ['/a', '/b', '/b'],
    ['/a', 'C:\\b', 'C:\\b'],
    ['/a', '-', '-'],
    ['.', 'b', 'b'],
  ])('in %s, %s is %s', (folder, path, wanted) => {
    expect(fromFolder(folder, path)).toBe(wanted);
  });
});
