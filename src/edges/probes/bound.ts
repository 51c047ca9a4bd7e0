/** A signal that aborts with `signal`, or after `milliseconds`. */
export function bound(milliseconds: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
}

/** What `work` comes to, or `otherwise` where it fails or `bounded` aborts first. */
export async function orElse<T>(work: Promise<T>, otherwise: T, bounded: AbortSignal): Promise<T> {
  if (bounded.aborted) return otherwise;
  const aborted = Promise.withResolvers<T>();
  const stop = () => aborted.resolve(otherwise);
  bounded.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work.catch(() => otherwise), aborted.promise]);
  } finally {
    bounded.removeEventListener('abort', stop);
  }
}
