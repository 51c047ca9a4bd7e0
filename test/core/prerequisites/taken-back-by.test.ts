import { expect, test } from 'vitest';
import { commandsFor, installCommands } from '../../../src/core/prerequisites/install.ts';
import { takenBackBy } from '../../../src/core/prerequisites/taken-back-by.ts';

test('what each command of --install is taken back by, on the cluster that it went to', () => {
  const back = (id: 'cert-manager' | 'ingress-nginx') =>
    installCommands[id].map((line) => takenBackBy(line, ['--c', 'k']));
  expect(back('ingress-nginx')).toEqual([undefined, 'helm uninstall ingress-nginx --namespace ingress-nginx --c k']);
  expect(back('cert-manager')[0]).toMatch(/^kubectl delete -f https:\/\/\S+ --c k$/);
  const release = { name: 'mine', namespace: 'edge', chart: null } as never;
  expect(commandsFor('ingress-nginx', release).map((line) => takenBackBy(line))).toEqual([
    undefined,
    'helm rollback mine --namespace edge',
  ]);
});
