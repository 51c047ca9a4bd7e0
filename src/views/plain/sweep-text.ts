import type { SweepItem, SweepReport } from '../../core/report/sweep-report.ts';

const words = { healthy: 'Healthy', waiting: 'Waiting', problem: 'Problem', incomplete: 'Incomplete' } as const;

/** One thing that is not healthy, as it is found: where, what, why, and how to look closer. */
export function sweepItemText({ runbook, object, outcome, rootCauses, because }: SweepItem): string {
  const codes = rootCauses.length > 0 ? ` [${rootCauses.join(', ')}]` : '';
  const place = `${object.kind} ${object.name} in ${object.namespace ?? ''}`;
  return `${words[outcome]}: ${place}.${codes} ${because}\n  orion-setup runbook ${runbook} ${object.name} -n ${object.namespace ?? ''}\n`;
}

/** The end of a sweep, in sentences. */
export function sweepText({ namespaces, counts, coverage, apiRequests }: SweepReport): string {
  const lines = counts.map(({ runbook, looked, healthy, waiting, problem, incomplete }) => {
    const kinds = [
      [healthy, 'healthy'],
      [waiting, 'waiting'],
      [problem, 'with a problem'],
      [incomplete, 'not wholly seen'],
    ] as const;
    const said = kinds.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`);
    return `${runbook}: ${looked} looked at${said.length > 0 ? `, ${said.join(', ')}` : ''}.`;
  });
  const missed = coverage.notLooked.map(
    ({ what, because, needs }) => `  ${what}: ${because}${needs ? ` (needs: ${needs})` : ''}`,
  );
  return [
    `${namespaces} ${namespaces === 1 ? 'namespace' : 'namespaces'}, ${apiRequests} API requests. Nothing was changed.`,
    ...lines,
    ...(missed.length > 0 ? ['Could not look at:', ...missed] : []),
    '',
  ].join('\n');
}
