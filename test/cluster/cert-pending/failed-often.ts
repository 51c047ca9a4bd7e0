import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import type { Site } from './site.ts';

/** After so many failures cert-manager waits for ten minutes here: 20 s · 2^(n-1). */
const failedIssuanceAttempts = 6;

/**
 * Waits for a failed issuance, and lets it be the last of many: cert-manager, which would try again after 20 s, then leaves it alone for
 * longer than any test looks. It is written onto nothing but the very state that was read, so where the next try has begun meanwhile,
 * that is waited for too. When it failed, as cert-manager wrote it.
 */
export function failedOften({ namespace }: Site): Promise<string> {
  const bed = currentBed();
  const path = `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates/auth-tls-cert`;
  return until(
    'a failed issuance',
    async () => {
      const { metadata, status } = await bed.api.get(path);
      const issuing = status?.conditions?.find(({ type }: Json) => type === 'Issuing');
      if (status?.lastFailureTime === undefined || issuing?.status !== 'False') return undefined;
      const { resourceVersion } = metadata;
      await bed.api.mergePatch(`${path}/status`, { metadata: { resourceVersion }, status: { failedIssuanceAttempts } });
      return status.lastFailureTime as string;
    },
    90,
  );
}
