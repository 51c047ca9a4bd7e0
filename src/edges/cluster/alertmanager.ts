import { alertRoutesOf } from '../../core/alerts/config.ts';
import type { AlertRoutes } from '../../core/alerts/route.ts';
import type { Fetched } from '../../core/fetched.ts';
import { listAt, textAt } from '../../core/kubernetes/field.ts';
import type { InsideLook } from '../../core/look.ts';
import type { HeldAlert } from '../../core/look-answers.ts';
import { redactText } from '../../core/redact.ts';
import { rightOfLook } from '../../core/rights/of-look.ts';
import { rightText } from '../../core/rights/right.ts';
import { ownRefusal, parseJson } from './api-status.ts';
import { refused, servicePath } from './proxied.ts';
import { unread } from './refused-read.ts';
import type { Transport } from './transport.ts';

/** Its configuration holds what it tells people by: but for the routes nothing leaves this function, not even in an error. */
export async function readAlertRoutes(
  transport: Transport,
  look: Extract<InsideLook, { at: 'alert-routes' }>,
  signal: AbortSignal,
): Promise<Fetched<AlertRoutes>> {
  const { alertmanager } = look;
  const path = servicePath(alertmanager, '/api/v2/status');
  const reply = await transport.send({ method: 'GET', path, repeatable: true }, signal);
  if (!reply.ok) return unread(reply.why, reply.detail);
  if (ownRefusal(reply)) return refused(reply, rightText(rightOfLook(look)));
  const config = reply.status === 200 ? textAt(parseJson(reply.text), 'config.original') : undefined;
  const value = config === undefined ? undefined : alertRoutesOf(config);
  if (value !== undefined) return { ok: true, value };
  const said = config === undefined ? 'not as an Alertmanager does' : 'with routes that could not be read';
  return unread(
    'unreadable',
    `Service ${alertmanager.service} in ${alertmanager.namespace} answers ${reply.status}, ${said}.`,
  );
}

/** Of the alerts that the look names only; labels and annotations stay there. */
export async function readHeldAlerts(
  transport: Transport,
  look: Extract<InsideLook, { at: 'held-alerts' }>,
  signal: AbortSignal,
): Promise<Fetched<readonly HeldAlert[]>> {
  const { alertmanager, name, run } = look;
  const filter = new URLSearchParams([
    ['filter', `alertname=${JSON.stringify(name)}`],
    ['filter', `run=${JSON.stringify(run)}`],
  ]);
  const path = servicePath(alertmanager, `/api/v2/alerts?${filter}`);
  const reply = await transport.send({ method: 'GET', path, repeatable: true }, signal);
  if (!reply.ok) return unread(reply.why, reply.detail);
  if (ownRefusal(reply)) return refused(reply, rightText(rightOfLook(look)));
  const document = reply.status === 200 ? parseJson(reply.text) : undefined;
  if (!Array.isArray(document))
    return unread(
      'unreadable',
      `Service ${alertmanager.service} in ${alertmanager.namespace} answers ${reply.status}, not as an Alertmanager does.`,
    );
  return { ok: true, value: document.slice(0, 100).map(heldAlert) };
}

function heldAlert(document: unknown): HeldAlert {
  const state = textAt(document, 'status.state');
  return {
    state: state === 'active' || state === 'suppressed' ? state : 'unprocessed',
    receivers: listAt(document, 'receivers').map((one) => redactText(textAt(one, 'name') ?? '').slice(0, 200)),
  };
}
