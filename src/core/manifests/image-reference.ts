/** The parts of an image's name, as kustomize's `images` takes them. */
export type ImageReference = { readonly name: string; readonly tag?: string; readonly digest?: string };

/** `ghcr.io/example/auth:1.4.2@sha256:…` in its parts. A colon before the last slash belongs to the registry's port. */
export function imageReference(image: string): ImageReference {
  const [tagged = '', digest] = image.split('@', 2);
  const colon = tagged.lastIndexOf(':');
  const hasTag = colon > tagged.lastIndexOf('/');
  return {
    name: hasTag ? tagged.slice(0, colon) : tagged,
    ...(hasTag ? { tag: tagged.slice(colon + 1) } : {}),
    ...(digest ? { digest } : {}),
  };
}

/** The reference as one text. */
export function imageText({ name, tag, digest }: ImageReference): string {
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** A name without tag and digest means `latest`; said, since kustomize would keep the base's tag. */
export function pinned(reference: ImageReference): ImageReference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}
