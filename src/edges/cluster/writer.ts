import { type Change, jsonPatch, targetOf } from '../../core/change.ts';
import { textAt } from '../../core/kubernetes/field.ts';
import { type Kind, kindOf, pathOf } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject, ObjectRef } from '../../core/kubernetes/object.ts';
import type { ClusterWriter, Sent } from '../../core/outside/cluster-writer.ts';
import { redactText } from '../../core/redact.ts';
import { parseJson } from './api-status.ts';
import { numberHiddenValues } from './number-hidden-values.ts';
import type { ParseObject } from './parse-object.ts';
import { servicePath } from './proxied.ts';
import { patchDidNotFit, refusedChange } from './refused-change.ts';
import type { Ask, Transport } from './transport.ts';

type SendOptions = Parameters<ClusterWriter['send']>[1];

/** The changing half of a cluster over HTTP. A refusal is a value; only a change that nobody could mean (an unknown kind) throws. */
export function writerOver(transport: Transport, parse: ParseObject): ClusterWriter {
  const send = async (change: Change, options: SendOptions, signal: AbortSignal): Promise<Sent> => {
    // An Alertmanager knows no dry run: what is only tried there stays here.
    if (change.do === 'alert' && options.dryRun) return { ok: true, object: undefined };
    const target = targetOf(change);
    const kind = knownKind(target);
    const reply = await transport.send(requestOf(change, kind, target, options), signal);
    if (!reply.ok) {
      const unsure = reply.maybeDone && !options.dryRun ? ' Whether the change was made is not known.' : '';
      return { ok: false, why: reply.why, detail: `${reply.detail}${unsure}` };
    }
    if (reply.status < 200 || reply.status > 299) {
      const refused = refusedChange(reply, change, kind, target);
      return patchDidNotFit(reply, change) && (await hasChanged(change, kind, signal))
        ? { ...refused, why: 'changed-since' }
        : refused;
    }
    const warnings = reply.warnings.map(redactText);
    const body = parseJson(reply.text);
    // What a delete or an eviction answers is a Status, or the object where finalizers still hold it.
    const read = textAt(body, 'kind') === 'Status' ? undefined : parse(body, kind);
    const object = read && numberHiddenValues(read, body);
    return { ok: true, object, ...(warnings.length > 0 ? { warnings } : {}) };
  };

  /** Of a patch that did not fit, the API server does not say whether a test failed. The object says it. */
  const hasChanged = async (change: Change, kind: Kind, signal: AbortSignal): Promise<boolean> => {
    if (change.do !== 'patch' && change.do !== 'status') return false;
    const path = pathOf(kind, change.ref.namespace, change.ref.name);
    const reply = await transport.send({ method: 'GET', path, repeatable: true }, signal);
    if (!reply.ok || reply.status !== 200) return true;
    const now = parseJson(reply.text);
    return (
      textAt(now, 'metadata.uid') !== change.uid || textAt(now, 'metadata.resourceVersion') !== change.resourceVersion
    );
  };

  return { send };
}

function knownKind(target: ObjectRef): Kind {
  const kind = kindOf(target);
  if (kind === undefined)
    throw new Error(`No change can be made to the unknown kind ${target.apiVersion} ${target.kind}`);
  if (kind.namespaced && !target.namespace)
    throw new Error(`${target.kind} "${target.name}" is to be changed and has no namespace`);
  return kind;
}

const fix = 'orion-setup-fix';

function requestOf(change: Change, kind: Kind, target: ObjectRef, { dryRun, force }: SendOptions): Ask {
  const place = pathOf(kind, target.namespace, target.name);
  const query = (parameters: Readonly<Record<string, string>>) =>
    `?${new URLSearchParams({ ...parameters, ...(dryRun ? { dryRun: 'All' } : {}) })}`;
  switch (change.do) {
    case 'apply':
      return {
        method: 'PATCH',
        // Strict: a field that the cluster's version of a kind does not know is refused, not dropped in silence.
        path: place + query({ fieldManager: 'orion-setup', force: String(force ?? false), fieldValidation: 'Strict' }),
        body: placed(change.object, kind),
        contentType: 'application/apply-patch+yaml',
        repeatable: true,
      };
    case 'create':
      return {
        method: 'POST',
        path: pathOf(kind, target.namespace) + query({ fieldManager: 'orion-setup', fieldValidation: 'Strict' }),
        body: placed(change.object, kind),
        repeatable: dryRun,
      };
    case 'patch':
    case 'status':
      return {
        method: 'PATCH',
        path: place + (change.do === 'status' ? '/status' : '') + query({ fieldManager: fix }),
        body: jsonPatch(change),
        contentType: 'application/json-patch+json',
        repeatable: dryRun,
      };
    case 'delete':
      return {
        method: 'DELETE',
        path: place + query({}),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Background',
          preconditions: { uid: change.uid },
          // Where there is a body, the query is not read: a dry run asked for there would delete.
          ...(dryRun ? { dryRun: ['All'] } : {}),
        },
        repeatable: dryRun,
      };
    case 'alert':
      return {
        method: 'POST',
        path: servicePath(change.alertmanager, '/api/v2/alerts'),
        body: [change.alert],
        repeatable: true,
      };
    case 'evict':
      return {
        method: 'POST',
        path: `${place}/eviction${query({ fieldManager: fix })}`,
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: target.name, namespace: target.namespace },
          deleteOptions: { preconditions: { uid: change.uid }, ...(dryRun ? { dryRun: ['All'] } : {}) },
        },
        repeatable: dryRun,
        takesBusy: true,
      };
  }
}

/** A cluster-scoped object must not say a namespace; a template that sets one for all does. */
function placed(object: KubernetesObject, kind: Kind): KubernetesObject {
  if (kind.namespaced) return object;
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, name: object.metadata.name } };
}
