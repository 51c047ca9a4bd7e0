import { stringify } from 'yaml';
import type { Change } from './change.ts';

/** A change as people read it: the lines that go and the lines that come. */
export function differenceOf(change: Change): readonly string[] {
  switch (change.do) {
    case 'patch':
    case 'status':
      return change.edits.flatMap(({ pointer, from, to }) => [
        ...(from === undefined ? [] : yamlLines({ [pointer]: from }).map((line) => `- ${line}`)),
        ...(to === undefined ? [] : yamlLines({ [pointer]: to }).map((line) => `+ ${line}`)),
      ]);
    case 'create':
    case 'apply': {
      const { apiVersion: _, kind: __, status: ___, metadata, ...said } = change.object;
      return yamlLines({ metadata: { name: metadata.name }, ...said }).map((line) => `+ ${line}`);
    }
    case 'alert': {
      const { labels, annotations, endsAt } = change.alert;
      return yamlLines({ labels, annotations, endsAt }).map((line) => `+ ${line}`);
    }
    case 'delete':
    case 'evict':
      return [`- ${change.ref.kind} ${change.ref.name}`];
  }
}

const yamlLines = (value: unknown): readonly string[] => stringify(value).trimEnd().split('\n');
