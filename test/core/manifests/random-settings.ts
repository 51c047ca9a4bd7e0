import fc from 'fast-check';
import type { SecretValues } from '../../../src/core/manifests/secrets-env.ts';
import {
  type EnvironmentName,
  type EnvironmentSettings,
  monitoringParts,
  type Settings,
} from '../../../src/core/setup/settings.ts';
import { sampleEnvironment, sampleSettings } from './sample-settings.ts';

/** Answers as people may give them, with those that YAML, shells and kustomize are known to read otherwise. */
const label = fc.oneof(
  fc.stringMatching(/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/),
  fc.constantFrom('on', 'yes', 'null', 'true', 'e1'),
);
const number = fc.constantFrom('1e3', '0x1f', '1.10', '08', '1-2');
const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `${labels.join('.')}.example`);
const hex64 = fc.stringMatching(/^[0-9a-f]{64}$/);

const image = fc
  .record({
    registry: fc.constantFrom('ghcr.io/example/', 'localhost:5000/', 'registry.example.com/orion/', ''),
    name: label,
    tag: fc.option(fc.oneof(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), number), { nil: undefined }),
    digest: fc.option(hex64, { nil: undefined }),
  })
  .map(
    ({ registry, name, tag, digest }) =>
      `${registry}${name}${tag ? `:${tag}` : ''}${digest ? `@sha256:${digest}` : ''}`,
  );

const endpoint = fc.record(
  {
    host: fc.oneof(
      domain,
      label.map((namespace) => `db.${namespace}.svc`),
      fc.ipV4(),
    ),
    port: fc.integer({ min: 1, max: 65_535 }),
    cidr: fc.constantFrom('10.1.2.0/24', 'fd00::/8'),
  },
  { requiredKeys: ['host', 'port'] },
);

const environment = (name: EnvironmentName): fc.Arbitrary<EnvironmentSettings> =>
  fc
    .record({
      context: fc.oneof(
        label,
        fc.constantFrom('arn:aws:eks:eu-west-1:1:cluster/a', 'user@cluster', '1e3'),
        fc.string({ minLength: 1, maxLength: 80 }),
      ),
      host: fc
        .tuple(fc.constantFrom('auth.', `${'long-'.repeat(11)}a.`, '1e3.'), domain)
        .map((parts) => parts.join('')),
      acme: fc.record(
        {
          server: fc.webUrl({ validSchemes: ['https'] }),
          caBundle: fc.constantFrom('-----BEGIN CERTIFICATE-----\nAAAA\n'),
        },
        { requiredKeys: ['server'] },
      ),
      database: endpoint,
      redis: endpoint,
    })
    .map((differs) => sampleEnvironment(name, differs));

export const randomSettings: fc.Arbitrary<Settings> = fc
  .record({
    domain,
    email: fc.option(fc.oneof(fc.emailAddress(), fc.constant("o'hara+#1@example.org")), { nil: undefined }),
    image,
    imagePullSecrets: fc.uniqueArray(label, { maxLength: 2 }),
    allowFromNamespaces: fc.uniqueArray(
      fc.oneof(
        label,
        number.filter((text) => !text.includes('.')),
      ),
      { maxLength: 3 },
    ),
    corsOrigins: fc.uniqueArray(
      domain.map((name) => `https://${name}`),
      { maxLength: 3 },
    ),
    ingress: fc.record({
      className: label,
      namespace: label,
      nodeCidrs: fc.uniqueArray(fc.constantFrom('10.0.0.0/16', 'fd00::/64'), { maxLength: 2 }),
      allowsCustomHeaders: fc.boolean(),
    }),
    monitorLabels: fc.dictionary(label, fc.oneof(label, number), { maxKeys: 2 }),
    prometheusNamespace: label,
    ruleLabels: fc.dictionary(label, fc.oneof(label, number), { maxKeys: 2 }),
    podMonitorLabels: fc.dictionary(label, fc.oneof(label, number), { maxKeys: 2 }),
    certManagerNamespace: label,
    monitoring: fc.subarray([...monitoringParts]),
    deniesByDefault: fc.boolean(),
    environments: fc.record({ staging: environment('staging'), production: environment('production') }),
  })
  .map((differs) => sampleSettings(differs));

/** Any text on one line, and what is often cut or unquoted by mistake. The last are longer than a line of base64. */
const secret = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom(
      'a=b==',
      ' "quoted" ',
      "'single'",
      '# no comment',
      'pass$word`x`',
      '  ',
      'ünïcødé 🔑',
      '\\n',
      'x'.repeat(51),
      'x'.repeat(52),
      'x'.repeat(53),
      'é'.repeat(400),
    ),
  )
  .filter((text) => text !== '' && !/[\n\r\0]/.test(text) && text.isWellFormed());

export const randomSecrets: fc.Arbitrary<SecretValues> = fc.record({
  'database-url': secret,
  'redis-url': secret,
  'jwt-secret': secret,
});
