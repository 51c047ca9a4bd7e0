import { bad, type Checked, good } from './checked.ts';

/** What an image reference names. */
export type Image = {
  readonly registry: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
};

/** The parts of `registry/path[:tag][@sha256:…]`, or undefined. */
export function parseImage(reference: string): Image | undefined {
  const match =
    /^(?<registry>[a-z0-9.-]+(?::\d+)?)\/(?<path>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/.exec(
      reference,
    )?.groups;
  const { registry, path, tag, digest } = match ?? {};
  if (registry === undefined || path === undefined || !isRegistry(registry)) return undefined;
  return { registry, path, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}

/** As Docker tells a registry from the first part of a path: a dot, a port, or localhost. */
const isRegistry = (text: string): boolean => text.includes('.') || text.includes(':') || text === 'localhost';

/** The image of the service: with its registry, and pinned by a tag or a digest. */
export function checkImage(typed: string): Checked {
  const text = typed.trim();
  if (text === '') return bad('Type an image, for example ghcr.io/your-org/auth-service:1.4.2.');
  if (/\s/.test(text)) return bad('An image has no spaces in it.');
  if (text.includes('://')) return bad('Type the image without https://.');
  const name = text.split('@')[0] ?? '';
  const first = name.split('/')[0] ?? '';
  if (!name.includes('/') || !isRegistry(first)) {
    const guess = name.includes('/') ? `docker.io/${text}` : `docker.io/library/${text}`;
    return bad(`Name the registry too: nodes do not agree on a default. Docker Hub's is ${guess}.`);
  }
  const image = parseImage(text);
  if (image === undefined) {
    if (/[A-Z]/.test(name.replace(/:[^/]*$/, ''))) return bad('Registry and path are in lower case.');
    if (/@/.test(text)) return bad('After @ stands a digest: sha256: and 64 hexadecimal digits.');
    return bad('This is no image reference: registry/path:tag, or registry/path@sha256:…');
  }
  if (image.tag === undefined && image.digest === undefined) {
    return bad('Name a tag or a digest: without one the nodes take "latest", and each its own.');
  }
  const moves = image.digest === undefined && image.tag === 'latest';
  return moves
    ? good(text, '"latest" moves: pods of one rollout may differ, and a rollback brings the same. A version is better.')
    : good(text);
}
