import { at } from './kubernetes/field.ts';
import type { HealStep } from './scenario.ts';

/** A step of the way to the good end that is not this tool's: by another team, by hand, or by time. */
export type OthersStep = Exclude<HealStep, { readonly remedy: string }>;

/** Who does what, in one sentence. */
export function healInWords(step: OthersStep): string {
  if ('pass' in step) return `Time passes: ${step.pass}.`;
  if (step.says !== undefined) return 'object' in step ? `By hand: ${step.says}` : step.says;
  if ('object' in step) {
    if (step.patch === null) return `By hand: ${step.object} is deleted.`;
    const changed = changesIn(step.patch);
    return `By hand: ${step.object} is changed${changed.length > 0 ? `: ${changed.join(', ')}` : ''}.`;
  }
  const { dns, ports, ingress, acme } = step.world;
  const said = [...dnsWords(dns), ...portWords(ports), ...ingressWords(ingress), ...acmeWords(acme)];
  return said.length > 0 ? said.join(' ') : 'Somebody else mends it: the world outside changes.';
}

/** `spec.acme.email ops@example.org`: every end of a merge patch. */
function changesIn(patch: unknown, path = ''): readonly string[] {
  return entries(patch).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`;
    if (value === null) return [`${here} is taken away`];
    if (typeof value === 'object') return Array.isArray(value) ? [here] : changesIn(value, here);
    return [`${here} is now ${String(value)}`];
  });
}

const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
  value !== null && typeof value === 'object' ? Object.entries(value) : [];

const dnsWords = (records: unknown): readonly string[] =>
  entries(records).map(([host, value]) => {
    if (value === null) return `The DNS team takes away the record of ${host}.`;
    const told = (['a', 'aaaa', 'caa'] as const).flatMap((type) => {
      const held = at(value, type);
      if (!Array.isArray(held)) return [];
      return [held.length === 0 ? `no ${type.toUpperCase()}` : `${type.toUpperCase()} ${held.join(', ')}`];
    });
    return `The DNS team sets the record: ${host} ${told.join(', ') || 'is mended'}.`;
  });

function portWords(ports: unknown): readonly string[] {
  const opened = entries(ports).flatMap(([place, value]) => (value === 'ingress' ? [place] : []));
  const others = entries(ports).flatMap(([place, value]) => (value === 'ingress' ? [] : [place]));
  return [
    ...(opened.length > 0 ? [`The network team lets ${opened.join(' and ')} through to the ingress.`] : []),
    ...(others.length > 0 ? [`The network team changes ${others.join(' and ')}.`] : []),
  ];
}

function ingressWords(ingress: unknown): readonly string[] {
  const freed = entries(at(ingress, 'intercepts')).flatMap(([path, value]) => (value === null ? [path] : []));
  if (freed.length > 0) return [`The platform team: nothing stands before the ingress at ${freed.join(' and ')} now.`];
  return entries(ingress).length > 0 ? ['The platform team changes the ingress controller.'] : [];
}

const acmeWords = (servers: unknown): readonly string[] =>
  entries(servers).map(([url]) => `${new URL(url).host} can be reached and answers as it should.`);
