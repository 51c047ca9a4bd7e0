import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { at, listAt, textAt, textsAt } from '../../src/core/kubernetes/field.ts';
import { kindOf } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { solverPolicy } from '../../src/core/manifests/network-rules.ts';
import { inApplyOrder } from '../../src/core/manifests/render.ts';
import { parseSecretsEnv, secretKeys } from '../../src/core/manifests/secrets-env.ts';
import { shippedBase } from '../../src/core/manifests/shipped-base.ts';
import { environmentNames } from '../../src/core/setup/settings.ts';
import { only, rendered, sampleSecrets, sampleSettings } from '../core/manifests/sample-settings.ts';
import { brokenRules } from './pod-security.ts';

const templates = fileURLToPath(new URL('../../templates', import.meta.url));
const read = (path: string): string => readFileSync(`${templates}/${path}`, 'utf8');
const paths = readdirSync(templates, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
const solverFile = 'acme-solver-networkpolicy.yaml';

const byKindAndName = (a: KubernetesObject, b: KubernetesObject): number =>
  `${a.kind}/${a.metadata.name}` < `${b.kind}/${b.metadata.name}` ? -1 : 1;

describe('the files', () => {
  test.each(paths.filter((path) => path.endsWith('.yaml')))(
    '%s is YAML that says what it is for, without placeholders',
    (path) => {
      const text = read(path);
      expect(parseAllDocuments(text).flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
      expect(text).toMatch(/^# \S/);
      // Prometheus and Grafana fill in places of their own.
      const placeholder = /alerts|dashboard/.test(path)
        ? /\$\{|<[a-z-]+>|CHANGE_?ME|TODO|REPLACE_?ME/
        : /\{\{|\$\{|<[a-z-]+>|CHANGE_?ME|TODO|REPLACE_?ME/;
      expect(text).not.toMatch(placeholder);
    },
  );

  test('the base lists each of its files but the one for namespaces that deny by default', () => {
    const listed = textsAt(parse(read('base/kustomization.yaml')), 'resources');
    const there = readdirSync(`${templates}/base`).filter(
      (name) => name !== 'kustomization.yaml' && name !== solverFile,
    );
    expect(listed.toSorted()).toEqual(there.toSorted());
  });

  test.each(environmentNames)(
    'the overlay of %s has each patch that it names, for an object of the base',
    (environment) => {
      const patches = listAt(parse(read(`overlays/${environment}/kustomization.yaml`)), 'patches');
      expect(patches.map((patch) => textAt(patch, 'path'))).toEqual(
        expect.arrayContaining(['certificate-patch.yaml', 'ingress-patch.yaml']),
      );
      for (const patch of patches) {
        expect(paths).toContain(`overlays/${environment}/${textAt(patch, 'path')}`);
        only(shippedBase, textAt(patch, 'target.kind') ?? '', textAt(patch, 'target.name') ?? '');
      }
    },
  );

  test.each(environmentNames)(
    'the example of secrets for %s has every key, and cannot be used unfilled',
    (environment) => {
      const text = read(`overlays/${environment}/secrets.env.example`);
      const keys = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      expect(keys).toEqual(secretKeys.map((key) => `${key}=`));
      expect(parseSecretsEnv(text).ok).toBe(false);
    },
  );
});

describe('the committed rendering', () => {
  test('of the base holds exactly the objects of its files', () => {
    const listed = textsAt(parse(read('base/kustomization.yaml')), 'resources');
    const objects = listed.flatMap((file) =>
      parseAllDocuments(read(`base/${file}`)).map((document) => document.toJS() as KubernetesObject),
    );
    expect(shippedBase.toSorted(byKindAndName)).toEqual(objects.toSorted(byKindAndName));
  });

  test('knows every kind, in the current version', () => {
    expect(shippedBase.filter((object) => kindOf(object) === undefined).map(({ kind }) => kind)).toEqual([]);
  });

  test('of the solver policy is the one built from the answers', () => {
    expect(parse(read(`base/${solverFile}`))).toEqual(solverPolicy(sampleSettings(), 'orion'));
  });

  // The golden files are kustomize's own output: test/cluster/manifests.test.ts writes them and holds them current.
  test.each(environmentNames)('of %s is what the shipped overlay builds to', (environment) => {
    const golden = parseAllDocuments(
      readFileSync(new URL(`./${environment}.golden.yaml`, import.meta.url), 'utf8'),
    ).map((document) => document.toJS() as KubernetesObject);
    const unstamped = golden.map((object) => {
      const { namespace, ...metadata } = object.metadata;
      return kindOf(object)?.namespaced === false
        ? { ...object, metadata }
        : { ...object, metadata: { ...metadata, namespace } };
    });
    expect(unstamped.toSorted(byKindAndName)).toEqual(rendered(environment).toSorted(byKindAndName));
  });
});

describe('Pod Security restricted', () => {
  test.each(environmentNames)('the pods of %s break no rule', (environment) => {
    expect(brokenRules(at(only(rendered(environment, {}, sampleSecrets), 'Deployment'), 'spec.template.spec'))).toEqual(
      [],
    );
  });

  test('the table sees what is broken', () => {
    const pod = {
      hostNetwork: true,
      volumes: [{ name: 'x', hostPath: { path: '/' } }],
      containers: [{ securityContext: { runAsUser: 0 } }],
    };
    expect(brokenRules(pod)).toEqual([
      'no host namespaces',
      'only harmless volumes',
      'no privilege escalation',
      'runs as non-root',
      'not user 0',
      'seccomp',
      'all capabilities dropped',
    ]);
  });
});

test('the order to apply is the order rendered', () => {
  const objects = rendered('staging', {}, sampleSecrets);
  expect(inApplyOrder(objects)).toEqual(objects);
});
