import type { InsideLook } from '../../../src/core/look.ts';
import { connectWith, type Says, serveApi } from './local-api.ts';

const signal = AbortSignal.timeout(120_000);

export const prometheus = {
  namespace: 'monitoring',
  name: 'k8s',
  service: 'prometheus-operated',
  port: 'web',
  scheme: 'http',
  prefix: '/prometheus',
} as const;

/** What a look comes to where the API server says that, and what it was asked. */
export async function asked(look: InsideLook, says: Says, options: Parameters<typeof connectWith>[1] = {}) {
  await using api = await serveApi([says]);
  const { reader } = await connectWith({ server: api.server }, options);
  return { answer: await reader.look(look, signal), got: api.got };
}
