import { stringify } from 'yaml';
import type { Invocation } from '../cli/invocation.ts';
import type { Io } from '../core/outside/io.ts';
import { renderTree } from '../engine/deploy/render-tree.ts';
import { deployGround } from './open-deploy.ts';
import { setupPorts } from './setup-ports.ts';
import { realWorld } from './setup-world.ts';

/** `orion-setup render [ENV]`: the manifests as they are applied, on standard output. Needs no cluster. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  const { environment, profile, tree } = await deployGround(invocation, io, 'render');
  const ports = setupPorts(io, realWorld(invocation, io), profile?.name ?? 'default', {}, 'render');
  const { objects } = await renderTree(ports, tree, environment, io.signal);
  const shown = objects.filter(({ kind }) => kind !== 'Secret');
  for (const { kind, metadata } of objects)
    if (kind === 'Secret') io.err(`Left out, as its values are shown nowhere: Secret/${metadata.name}\n`);
  if (invocation.options.output === 'json')
    io.out(`${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: shown }, null, 2)}\n`);
  else
    io.out(
      shown
        .map((object) => stringify(object, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false }))
        .join('---\n'),
    );
  return 0;
}
