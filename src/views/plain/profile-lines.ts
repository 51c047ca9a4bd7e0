import type { Profile } from '../../core/profile.ts';

/** All profiles, a line each; the one in use says so in words. */
export function profileTable(all: readonly Profile[], current: string | null): string {
  if (all.length === 0) return 'There are no profiles yet. orion-setup setup makes one.\n';
  const width = Math.max(...all.map(({ name }) => name.length));
  return all
    .map(({ name, domain, environments }) => {
      const contexts = [...new Set(Object.values(environments).flatMap((one) => one?.context ?? []))].join(', ');
      return `${name.padEnd(width)}  ${domain ?? 'not set up yet'}${contexts === '' ? '' : `  on ${contexts}`}${name === current ? '  (in use)' : ''}\n`;
    })
    .join('');
}

export function profileLines(profile: Profile): string {
  const { name, domain, email, tree, image, ingressClass, allowFromNamespaces, corsOrigins, monitoring, environments } =
    profile;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['profile', name],
    ['domain', domain],
    ['e-mail', email],
    ['manifests', tree],
    ['image', image],
    ['ingress class', ingressClass],
    ['callers', allowFromNamespaces?.join(', ')],
    ['web origins', corsOrigins?.join(', ')],
    ['monitoring', monitoring?.join(', ')],
  ];
  const facts = rows.flatMap(([what, value]) => (value ? [`${`${what}:`.padEnd(15)}${value}`] : []));
  const places = Object.entries(environments).flatMap(([environment, one]) => {
    if (one === undefined) return [];
    const { server, clusterUid } = one.pin;
    const pinned =
      clusterUid === null
        ? `${server} (cluster uid not known: production is not written to)`
        : `${server}, cluster ${clusterUid}`;
    const gate = one.gate ? [`  passed:    ${one.gate.passedAt} with ${one.gate.image}`] : [];
    return [
      '',
      environment,
      `  host:      ${one.host}`,
      `  namespace: ${one.namespace}`,
      `  context:   ${one.context}`,
      `  pinned to: ${pinned}`,
      ...gate,
    ];
  });
  return `${[...facts, ...places].join('\n')}\n`;
}
