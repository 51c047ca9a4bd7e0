import { test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { overlayOf } from '../../../src/core/manifests/overlay.ts';
import { readTree } from '../../../src/core/manifests/read-tree.ts';
import { sharedBase } from '../../../src/core/manifests/shared-base.ts';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import { treeFiles } from '../../../src/core/manifests/tree.ts';
import { environmentNames } from '../../../src/core/setup/settings.ts';
import { randomSettings } from './random-settings.ts';

describe('a tree that nobody edited', () => {
  property.prop([randomSettings], { numRuns: 30 })(
    'is read back as it was written, whatever was answered',
    (settings) => {
      const texts = new Map(treeFiles(shippedBase, settings, {}).map(({ path, text }) => [path, text]));
      for (const environment of environmentNames.filter((name) => settings.environments[name] !== undefined)) {
        const { base, overlay } = readTree(texts, environment);
        const written = overlayOf(shippedBase, settings, environment);
        const untold = (parts: readonly { readonly about: string }[]) => parts.map((part) => ({ ...part, about: '' }));
        expect(base).toHaveLength(sharedBase(shippedBase, settings).length);
        expect(base).toEqual(expect.arrayContaining([...sharedBase(shippedBase, settings)]));
        expect(overlay).toEqual({
          ...written,
          patches: untold(written.patches),
          additions: untold(written.additions),
        });
      }
    },
  );
});
