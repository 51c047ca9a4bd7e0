import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeployReport, deployReportSchema } from '../../../src/core/report/deploy-report.ts';
import { currentBed } from '../bed/bed.ts';
import {
  type Environment,
  environments,
  type Installation,
  namespaceOf,
  type Run,
  run,
} from '../setup/installation.ts';

const bed = currentBed();

/** A pipeline has the tree, a kubeconfig and an empty home: no profile, no journal, no terminal. */
export function pipelineOf(installation: Installation, home = 'pipeline-home'): Installation {
  const place = { ...installation, home: join(installation.folder, home) };
  mkdirSync(place.home, { recursive: true });
  return place;
}

/** Without a profile the context is typed too. */
export const consentTo = (name: Environment): readonly string[] => [
  ...['--yes', '--confirm', namespaceOf[name]],
  ...['--confirm', 'bed'],
];

export const command = (place: Installation, words: string, more: readonly string[] = []): Promise<Run> => {
  const looks = /^(render|history|undo)\b/.test(words) ? [] : ['--resolver', bed.resolver];
  return run(place, [...words.split(' '), '--no-input', ...looks, ...more]);
};

export function deployReportOf({ stdout, stderr, code }: Run): DeployReport {
  if (stdout === '') throw new Error(`no report (exit ${code}): ${stderr}`);
  const document = JSON.parse(stdout);
  if (document.kind === 'Error') throw new Error(`exit ${code}: ${document.message}`);
  return deployReportSchema.parse(document);
}

export const errorOf = ({ stdout }: Run): { kind: string; code: number; message: string; next: readonly string[] } =>
  JSON.parse(stdout);

/** Edits a file of the tree, as an operator does. */
export function edit({ tree }: Installation, file: string, by: (text: string) => string): void {
  const path = join(tree, file);
  const before = readFileSync(path, 'utf8');
  const after = by(before);
  if (after === before) throw new Error(`${file} was not changed`);
  writeFileSync(path, after);
}

const tagged = (place: Installation, name: Environment, tag: string) =>
  edit(place, `overlays/${name}/kustomization.yaml`, (text) => text.replace(/newTag: .*/, `newTag: "${tag}"`));

/** Another image for both environments. */
export function takeImage(place: Installation, tag: string): void {
  for (const name of environments) tagged(place, name, tag);
}

export const takeStagingImage = (place: Installation, tag: string): void => tagged(place, 'staging', tag);

export async function imageIn(name: Environment): Promise<string> {
  const { spec } = await bed.api.get(`/apis/apps/v1/namespaces/${namespaceOf[name]}/deployments/auth-service`);
  return spec.template.spec.containers[0].image;
}

export async function memoryIn(name: Environment) {
  const { data } = await bed.api.get(`/api/v1/namespaces/${namespaceOf[name]}/configmaps/orion-setup`);
  return JSON.parse(data['memory.json']);
}
