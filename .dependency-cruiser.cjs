/** The allowed import directions. ARCHITECTURE.md says the same in words; test/architecture plants a violation of each. */
const only = (name, from, ...to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|runbooks)/', pathNot: to },
});
const never = (name, from, to) => ({ name, severity: 'error', from, to });
const packages = (...names) => `node_modules/(${names.join('|')})/`;

module.exports = {
  forbidden: [
    only('core-is-alone', '^src/core/', '^src/core/'),
    only('runbooks-see-core-only', '^runbooks/', '^runbooks/', '^src/core/'),
    only('engine-sees-core-only', '^src/engine/', '^src/engine/', '^src/core/'),
    only('edges-see-core-only', '^src/edges/', '^src/edges/', '^src/core/'),
    only('views-see-core-only', '^src/views/', '^src/views/', '^src/core/'),
    only('cli-sees-core-only', '^src/cli/', '^src/cli/', '^src/core/', '^src/commands/'),
    only('practice-sees-core-only', '^src/practice/', '^src/practice/', '^src/core/'),
    only('main-joins-little', '^src/main\\.ts$', '^src/cli/', '^src/core/', '^src/commands/home\\.ts$'),
    never(
      'one-runbook-does-not-import-another',
      { path: '^runbooks/([^/]+)/' },
      { path: '^runbooks/[^/]+/', pathNot: '^runbooks/$1/' },
    ),
    never('runbooks-cannot-write', { path: '^runbooks/' }, { path: 'cluster-writer' }),
    never(
      'deciders-do-no-io',
      { path: '^(src/core|src/engine|src/cli|runbooks)/', pathNot: '^src/core/certificate\\.ts$' },
      // node:util only parses words.
      { dependencyTypes: ['core'], pathNot: '^(node:)?util$' },
    ),
    never(
      'deciders-need-few-packages',
      { path: '^(src/core|src/engine|runbooks)/' },
      {
        dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'unknown'],
        pathNot: packages('zod', 'yaml', 'semver', 'tldts', 'diff'),
      },
    ),
    never(
      'only-ink-views-draw',
      { path: '^(src|runbooks)/', pathNot: '^src/views/ink/' },
      { path: packages('ink', 'react') },
    ),
    never(
      'only-edges-touch',
      { path: '^(src|runbooks)/', pathNot: '^src/(edges|practice)/' },
      { path: packages('execa', 'conf', 'node-forge', '@kubernetes/client-node') },
    ),
    never(
      'only-plain-asks-by-line',
      { path: '^(src|runbooks)/', pathNot: '^src/views/plain/' },
      { path: packages('inquirer', '@inquirer/[^/]+') },
    ),
    never('every-import-resolves', {}, { couldNotResolve: true }),
    // The command table reaches a command by a dynamic import, and help reads the table: no cycle at run time.
    never('no-cycles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    // Without these, packages that are ESM only (ink) do not resolve, and the rules above pass in silence.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
