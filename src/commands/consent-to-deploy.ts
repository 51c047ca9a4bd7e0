import { mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { consentTo, isGiven, optionsFor } from '../core/consent.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import type { Remedy } from '../core/remedy.ts';
import type { OpenDeploy } from './open-deploy.ts';

/** The operator's word for what was shown, given beforehand or asked for now. Throws where there is none. */
export async function consentToDeploy(
  { ground, isDocument, face }: OpenDeploy,
  { risk, command, seeing }: { readonly risk: Remedy['risk']; readonly command: string; readonly seeing?: string },
  { options }: Invocation,
  io: Io,
): Promise<void> {
  const wanted = consentTo(risk, ground);
  if (isGiven(wanted, options)) return;
  if (isDocument || !mayAsk(options, io))
    throw new ExpectedStop('refused', 'Nobody consented to it. Nothing was changed.', [
      ...(seeing === undefined ? [] : [`To see it: orion-setup ${seeing}`]),
      `With consent: orion-setup ${command} ${optionsFor(wanted)}`,
    ]);
  if (!(await face.consents(wanted))) throw new ExpectedStop('operator-said-no', 'Nothing was changed.');
}
