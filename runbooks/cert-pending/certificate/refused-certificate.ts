import { byHand } from '../../../src/core/by-hand.ts';
import type { Found } from '../../../src/core/diagnosis.ts';
import { found, saw } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { nameOf } from '../../../src/core/look.ts';
import type { ManifestsAnswer } from '../../../src/core/look-answers.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';

type Refused = ManifestsAnswer['refused'][number];

/** What the API server said to this Certificate as the operator's own manifests have it; undefined where none are known here. */
export function certificateTried({
  sight,
  namespace,
}: CertView): { readonly refused: Refused | undefined } | undefined {
  const look = { at: 'manifests', namespace, of: 'certificates' } as const;
  const answer = sight.try(look);
  if (!answer.ok) {
    if (answer.why === 'not-found' || answer.why === 'not-looked') return undefined;
    throw new CouldNotLook(nameOf(look), answer);
  }
  const name = `Certificate/${sight.target.name}`;
  return answer.value.tried.includes(name)
    ? { refused: answer.value.refused.find(({ object }) => object === name) }
    : undefined;
}

/** A manifest that is not taken: it was said to a dry run, by the schema or by cert-manager's webhook. */
export function refusedCertificate({ sight, certificate, namespace }: CertView, { object, causes }: Refused): Found {
  const [first] = causes;
  const overlay = `k8s/overlays/${namespace === 'orion-prod' ? 'production' : 'staging'}/`;
  return found({
    object: certificate ? refTo(certificate) : sight.target,
    because: `The API server does not take ${object} as the manifests here have it: ${first?.field}: ${quote(first?.message ?? '')}. Whoever applies them is refused, and ${
      certificate ? `${certificate.metadata.name} stays as it was` : 'there is no Certificate'
    }.`,
    confidence: 'confirmed',
    evidence: [
      ...causes.map(({ field, message }) => ({
        from: `${object}, tried as the manifests have it (dry run)`,
        path: field,
        saw: quote(message),
      })),
      ...(certificate ? [saw(certificate, 'metadata.generation')] : []),
    ],
    remedies: [
      byHand({
        id: 'correct-the-manifest',
        title: `Correct ${[...new Set(causes.map(({ field }) => field))].join(' and ')} in your overlay, try it on the server, and apply it`,
        commands: [`kubectl apply --dry-run=server -k ${overlay}`, `kubectl apply -k ${overlay}`],
      }),
    ],
  });
}
