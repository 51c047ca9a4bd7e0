import { condition, textAt, timeAt } from '../../kubernetes/field.ts';
import { kinds, ref } from '../../kubernetes/kinds.ts';
import { refTo } from '../../kubernetes/object.ts';
import { ownNames } from '../names.ts';
import type { Point } from '../point.ts';
import { isServing } from './certificate.ts';
import { issuing } from './issuing.ts';

const dayMs = 86_400_000;

export const renewal: Point = {
  id: 'renewal',
  title: 'The certificate is renewed by itself',
  expects: () => 'a renewal planned before its end, and none overdue or stuck',
  runbook: 'cert-pending',
  detectors: ['renewal-overdue', ...issuing],
  counts: isServing,
  judge({ certificate: find, sight, namespace }) {
    const found = find();
    const object = ref(kinds.Certificate, ownNames.certificate, namespace);
    if (!found)
      return { state: 'failed', saw: `there is no Certificate ${ownNames.certificate} in ${namespace}`, object };
    const at = { object: refTo(found), field: 'status.renewalTime' };
    if (textAt(found, 'spec.renewal.policy') === 'Disabled')
      return {
        state: 'failed',
        saw: 'its renewal is switched off',
        object: at.object,
        field: 'spec.renewal.policy',
        lasting: true,
      };
    const [planned, ends] = [timeAt(found, 'status.renewalTime'), timeAt(found, 'status.notAfter')];
    if (!ends) return { state: 'passed', saw: 'configured; there is nothing to renew before one is issued', ...at };
    if (ends <= sight.now)
      return {
        state: 'failed',
        saw: `it ended ${ends.toISOString()} and was not renewed`,
        object: at.object,
        field: 'status.notAfter',
      };
    if (condition(found, 'Issuing')?.status === 'True')
      return { state: 'waiting', saw: 'it is being issued anew', ...at };
    if (!planned) return { state: 'failed', saw: 'cert-manager plans no renewal', ...at };
    const before = Math.round((ends.getTime() - planned.getTime()) / dayMs);
    const saw = `renewed ${planned.toISOString().slice(0, 10)}, ${before} days before its end`;
    // A moment past its time is when a renewal begins; that it does not begin is renewal-overdue.
    return planned > sight.now
      ? { state: 'passed', saw, ...at }
      : { state: 'waiting', saw: `due since ${planned.toISOString()}`, ...at };
  },
};
