import { type SemVer, satisfies } from 'semver';
import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { at, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { certManagerNamespace, certManagerVersion, ingressNginxVersion, mayHave } from '../versions.ts';
import { type CertView, ingressNamespace } from '../view.ts';
import { type Refused, refusedIn, saidAt } from './presenting.ts';
import { changedAt } from './settling.ts';
import { touchCommand } from './touch.ts';

/** ingress-nginx, internal/ingress/inspector: from 1.12.0 with strict-validate-path-type, until 1.12.6 and 1.13.2. */
const rejection = /path \S+ cannot be used with pathType Exact/;
const key = 'strict-validate-path-type';

export const isPathTypeRejection = (says: string): boolean => rejection.test(says);
/** Where the chart and the manifests put the controller's settings. */
export const controllerSettings = 'ingress-nginx-controller';

export const nginxPathtypeExactRejected: Cause<CertView> = {
  code: 'nginx-pathtype-exact-rejected',
  title: "ingress-nginx rejects the challenge's path for its type Exact",
  severity: 'error',
  owner: 'platform',
  explains: ['issuance-backoff'],
  look(view) {
    const all = refusedIn(view).filter(({ says }) => isPathTypeRejection(says));
    const refused = all.find((item) => !pathTypeOver(view, item));
    if (!refused) return clear(all[0] && pathTypeOver(view, all[0]));
    const again = touchCommand(refused.challenge, view.sight.now);
    const nginx = ingressNginxVersion(view.sight);
    const certManager = certManagerVersion(view.sight);
    return found({
      object: refTo(refused.challenge),
      because: `ingress-nginx${nginx ? ` ${nginx}` : ''} takes no path of type Exact with a dot in it, and cert-manager${certManager ? ` ${certManager}` : ' 1.18 and newer'} makes the challenge's Ingress so.`,
      confidence: 'confirmed',
      evidence: [
        refused.evidence,
        ...(nginx
          ? [{ from: 'ingress-nginx', path: 'image', saw: String(nginx), wanted: '1.12.6, 1.13.2 or newer' }]
          : []),
        ...(certManager ? [{ from: 'cert-manager', path: 'image', saw: String(certManager) }] : []),
        ...settingOf(view),
      ],
      remedies: [relaxNginx(nginx, again), prefixPaths(certManager), upgradeNginx(nginx, again)],
    });
  },
};

/** cert-manager tries again every half an hour at the least. */
const longestMs = 31 * 60_000;

/** Why nothing forbids the path any more: the setting was turned off after it was refused last. Undefined where it may, or cannot be seen. */
export function pathTypeOver(view: CertView, { challenge, says }: Refused): string | undefined {
  const map = isPathTypeRejection(says)
    ? view.sight.tryGet(kinds.ConfigMap, controllerSettings, ingressNamespace)
    : undefined;
  if (!map?.ok || textAt(at(map.value, 'data'), key) !== 'false') return undefined;
  const changed = changedAt(map.value);
  const said = saidAt(view, challenge) ?? new Date(view.sight.now.getTime() - longestMs);
  return changed && changed < said ? undefined : `${key} of ConfigMap ${ingressNamespace}/${controllerSettings} is off`;
}

function settingOf({ sight }: CertView): readonly Evidence[] {
  const map = sight.tryGet(kinds.ConfigMap, controllerSettings, ingressNamespace);
  if (!map.ok) return [];
  const value = textAt(at(map.value, 'data'), key);
  return [
    {
      from: `ConfigMap/${controllerSettings}`,
      path: `data.${key}`,
      saw: value ?? 'absent: on since 1.12.0',
      wanted: '"false", or a version with the fix',
    },
  ];
}

/** All three hold for the whole cluster, so none is done by the tool. */
const relaxNginx = (nginx: SemVer | null, again: string): Remedy =>
  byHand({
    id: 'relax-path-validation',
    title: 'Have ingress-nginx take such paths (for the whole cluster)',
    risk: 'medium',
    commands: [
      `kubectl -n ${ingressNamespace} patch configmap ${controllerSettings} --type merge -p '{"data":{"${key}":"false"}}'`,
      again,
    ],
    ...(nginx && !satisfies(nginx, '>=1.12.0')
      ? { blockedBy: `ingress-nginx ${nginx} does not know this setting` }
      : {}),
  });

const prefixPaths = (certManager: SemVer | null): Remedy =>
  byHand({
    id: 'turn-exact-paths-off',
    title:
      'Have cert-manager make its paths of type ImplementationSpecific again (1.18.1 and newer; its controller restarts)',
    risk: 'medium',
    commands: [
      `helm upgrade cert-manager oci://quay.io/jetstack/charts/cert-manager --namespace ${certManagerNamespace} --reuse-values --set config.apiVersion=controller.config.cert-manager.io/v1alpha1 --set config.kind=ControllerConfiguration --set config.featureGates.ACMEHTTP01IngressPathTypeExact=false`,
    ],
    ...(mayHave(certManager, '1.18.1') ? {} : { blockedBy: `cert-manager ${certManager} does not know this gate` }),
  });

const upgradeNginx = (nginx: SemVer | null, again: string): Remedy =>
  byHand({
    id: 'upgrade-ingress-nginx',
    title: `Have ingress-nginx${nginx ? ` ${nginx}` : ''} brought to 1.12.6, 1.13.2 or newer`,
    risk: 'medium',
    commands: [
      `helm upgrade ingress-nginx ingress-nginx --repo https://kubernetes.github.io/ingress-nginx --namespace ${ingressNamespace} --reuse-values --version 4.15.1`,
      again,
    ],
    ...(nginx && satisfies(nginx, '>=1.12.6 <1.13.0 || >=1.13.2')
      ? { blockedBy: `ingress-nginx ${nginx} has the correction; another controller of the cluster may be older` }
      : {}),
  });
