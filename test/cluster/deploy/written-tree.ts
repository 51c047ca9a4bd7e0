import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shippedBase } from '../../../src/core/manifests/shipped-base.ts';
import { treeFiles } from '../../../src/core/manifests/tree.ts';
import { sampleEnvironment, sampleSettings } from '../../core/manifests/sample-settings.ts';
import { hostIn, type Installation, newInstallation } from '../setup/installation.ts';
import { pipelineOf } from './pipeline.ts';

/** The manifests as somebody else's set-up wrote them and a pipeline checks them out: nothing of them was ever applied. */
export async function writtenTree(): Promise<Installation> {
  const installation = await newInstallation({ privateAcme: false });
  const image = 'ghcr.io/example/auth-service:1.4.2';
  const environment = (name: 'staging' | 'production') =>
    sampleEnvironment(name, { context: 'bed', host: hostIn(installation, name) });
  const environments = { staging: environment('staging'), production: environment('production') };
  // As set-up finds the bed's ingress controller to be.
  const ingress = { ...sampleSettings().ingress, allowsCustomHeaders: true };
  const { domain, tree } = installation;
  const settings = sampleSettings({ domain, tree, image, environments, ingress });
  const { staging, production } = installation.secrets;
  for (const { path, text, mode } of treeFiles(shippedBase, settings, { staging, production })) {
    const file = join(installation.tree, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
  }
  return pipelineOf(installation);
}
