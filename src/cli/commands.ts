import type { Run } from './invocation.ts';
import type { OptionName } from './options.ts';

export type Command = {
  readonly name: string;
  /** What may stand after the name. */
  readonly words: string;
  readonly says: string;
  readonly options: readonly OptionName[];
  readonly outputs: readonly string[];
  readonly load: () => Promise<{ readonly run: Run }>;
};

const writes: readonly OptionName[] = ['yes', 'confirm'];
const outside: readonly OptionName[] = ['resolver', 'connect-to'];

/** Every command. Each is loaded only when it is called, so that `--help` costs nothing. */
export const commands: readonly Command[] = [
  {
    name: 'runbook',
    words: '[NAME] [OBJECT]',
    says: 'name the one cause of what is stuck, mend it, prove it; without NAME by its symptom',
    options: [
      'fix',
      'remedy',
      'dry-run',
      'watch',
      'timeout',
      'all-namespaces',
      'save',
      'from',
      'prometheus',
      ...writes,
      ...outside,
    ],
    outputs: ['text', 'json', 'yaml', 'markdown'],
    load: () => import('../commands/runbook.ts'),
  },
  {
    name: 'explain',
    words: 'CODE',
    says: 'what a cause means and what helps, offline',
    options: [],
    outputs: ['text'],
    load: () => import('../commands/explain.ts'),
  },
  {
    name: 'undo',
    words: '[ID]',
    says: 'take back the last change, or the one named',
    options: [...writes, 'dry-run'],
    outputs: ['text', 'json'],
    load: () => import('../commands/undo.ts'),
  },
  {
    name: 'history',
    words: '[ID]',
    says: 'what was changed, when, by whom, and what can be taken back; with ID one change in full',
    options: [],
    outputs: ['text', 'json'],
    load: () => import('../commands/history.ts'),
  },
  {
    name: 'setup',
    words: '[secrets ENV]',
    says: "bring ORION's auth service up: staging first, production once staging has passed",
    options: ['env', 'answers', 'override-gate', 'timeout', ...writes, ...outside],
    outputs: ['text', 'json'],
    load: () => import('../commands/setup.ts'),
  },
  {
    name: 'render',
    words: '[ENV]',
    says: 'the manifests of an environment as they are applied; needs no cluster',
    options: [],
    outputs: ['text', 'yaml', 'json'],
    load: () => import('../commands/render.ts'),
  },
  {
    name: 'diff',
    words: '[ENV]',
    says: 'what deploy would change, by a dry run on the server: 0 nothing, 3 something',
    options: ['prune', ...outside],
    outputs: ['text', 'json', 'yaml'],
    load: () => import('../commands/diff.ts'),
  },
  {
    name: 'deploy',
    words: '[ENV]',
    says: 'apply the manifests in order, wait, verify; production once staging has passed with the same',
    options: ['prune', 'override-gate', 'gate-from', 'timeout', ...writes, ...outside],
    outputs: ['text', 'json', 'yaml'],
    load: () => import('../commands/deploy.ts'),
  },
  {
    name: 'rollback',
    words: '[ENV]',
    says: 'back to an earlier applied set, or the pods alone to a revision of the Deployment',
    options: ['to-set', 'to-revision', 'prune', 'timeout', ...writes, ...outside],
    outputs: ['text', 'json', 'yaml'],
    load: () => import('../commands/rollback.ts'),
  },
  {
    name: 'test',
    words: 'metrics|pdb|certificate|ingress [ENV]',
    says: 'the testing procedures: metrics, evictions under the budget, certificate and ingress as clients see them',
    options: ['real', 'node', 'whole-node', 'alert', 'wait', 'timeout', 'dry-run', 'prometheus', ...writes, ...outside],
    outputs: ['text', 'json', 'yaml'],
    load: () => import('../commands/test.ts'),
  },
  {
    name: 'profile',
    words: 'list|show|use|create|rename|delete|export|import [NAME]',
    says: 'saved installations: one profile each, with its environments',
    options: [...writes],
    outputs: ['text', 'json', 'yaml'],
    load: () => import('../commands/profile.ts'),
  },
  {
    name: 'practice',
    words: '[SCENARIO]',
    says: 'the same on an embedded cluster, with faults to mend; needs no cluster',
    options: ['auto', 'list', 'serve'],
    outputs: ['text', 'json'],
    load: () => import('../commands/practice.ts'),
  },
  {
    name: 'verify',
    words: '[ENV]',
    says: 'the thirteen points of a sound environment, in one pass; ENV: staging (default) or production',
    options: ['only', 'wait', ...outside, 'prometheus'],
    outputs: ['text', 'json', 'yaml', 'junit', 'markdown'],
    load: () => import('../commands/verify.ts'),
  },
  {
    name: 'prerequisites',
    words: '[COMMAND]',
    says: 'what the cluster and this machine lack, who usually owns it, how to get it; the rights that a command needs',
    options: [
      'install',
      'rbac',
      'dismiss',
      'env',
      'fix',
      'real',
      'alert',
      'whole-node',
      'prune',
      'all-namespaces',
      ...writes,
    ],
    outputs: ['text', 'json', 'yaml'],
    load: () => import('../commands/prerequisites.ts'),
  },
  {
    name: 'completion',
    words: 'bash|zsh|fish',
    says: 'a completion script for your shell',
    options: [],
    outputs: ['text'],
    load: () => import('../commands/completion.ts'),
  },
  {
    name: 'help',
    words: '[TOPIC]',
    says: 'help; topics: exit-codes, environment, json, accessibility, rbac',
    options: [],
    outputs: ['text'],
    load: () => import('../commands/help.ts'),
  },
];
