import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { type Kind, kinds, resourceName } from '../../../src/core/kubernetes/kinds.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';
import { certificateDefinition, controllerNamespace, controllerOf, isDown, releaseOf } from './installation.ts';
import { secondsOf, silenceOf } from './silence.ts';

const patience = 60;

export const certManagerNotInstalledOrSkewed: Cause<CertView> = {
  code: 'cert-manager-not-installed-or-skewed',
  title: 'cert-manager is not installed, or its definitions are of another release',
  severity: 'error',
  owner: 'platform',
  explains: ['cert-manager-controller-down', 'renewal-overdue', 'request-not-approved'],
  look(view) {
    const absent = notServed(view);
    return absent.length > 0 ? definitionsMissing(view, absent) : skewed(view);
  },
};

/** Kinds that the API server does not know: a list of what has a definition is never "not found". */
function notServed({ sight, namespace }: CertView): readonly Kind[] {
  const namespaced = [kinds.Certificate, kinds.CertificateRequest, kinds.Issuer, kinds.Order, kinds.Challenge];
  const isAbsent = (kind: Kind, where?: string): boolean => {
    const listed = sight.tryList(kind, where);
    return !listed.ok && listed.why === 'not-found';
  };
  return [
    ...namespaced.filter((kind) => isAbsent(kind, namespace)),
    ...[kinds.ClusterIssuer].filter((kind) => isAbsent(kind)),
  ];
}

function definitionsMissing({ sight }: CertView, absent: readonly Kind[]): Verdict {
  const names = absent.map(resourceName);
  return found({
    object: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: names[0] ?? '' },
    because:
      absent.length === 6
        ? 'The cluster knows none of the kinds of cert-manager: it is not installed here.'
        : `The cluster does not serve ${names.join(', ')}, which cert-manager needs: its definitions are not complete, or of another release.`,
    confidence: 'confirmed',
    evidence: absent.map((kind) => {
      const listed = sight.tryList(kind, kind.namespaced ? sight.target.namespace : undefined);
      return {
        from: 'API server',
        path: resourceName(kind),
        saw: listed.ok ? 'served' : 'not found',
        wanted: `served as ${kind.apiVersion}`,
      };
    }),
    remedies: [install(absent.length === 6)],
  });
}

/** A controller that reads fields which its definitions drop is silent or loops; which releases stand side by side tells. */
function skewed(view: CertView): Verdict {
  const { certificate, sight } = view;
  const silence = silenceOf(view);
  if (!certificate || silence?.kind !== 'unseen' || secondsOf(silence, sight.now) < patience) return clear();
  const controller = controllerOf(sight);
  const definition = sight.get(kinds.CustomResourceDefinition, certificateDefinition);
  if (!controller || !definition || isDown(controller)) return clear();
  const [runs, defines] = [releaseOf(controller), releaseOf(definition)];
  if (!runs || !defines || runs === defines)
    return clear(runs ? `release ${runs} runs beside definitions of ${defines ?? 'an unnamed release'}` : undefined);
  return found({
    object: refTo(definition),
    because: `cert-manager ${runs} runs beside definitions of ${defines}, and does not act on ${certificate.metadata.name}.`,
    confidence: 'likely',
    evidence: [
      { from: nameOfObject(controller), path: 'release', saw: runs },
      { from: nameOfObject(definition), path: 'release', saw: defines, wanted: runs },
    ],
    remedies: [install(false)],
  });
}

const install = (isNew: boolean) =>
  byHand({
    id: 'install-the-definitions',
    title: isNew ? 'Install cert-manager' : 'Bring the definitions to the release of the controller',
    risk: 'high',
    commands: [
      'orion-setup prerequisites',
      `helm -n ${controllerNamespace} list`,
      'kubectl get crds -l app.kubernetes.io/name=cert-manager -L app.kubernetes.io/version',
    ],
  });
