/** Where a scrolled area stands. */
export type Scroll = {
  readonly offset: number;
  /** The largest offset there is, once it was laid out. */
  readonly most: number;
  readonly height: number;
  /** Whether the area follows the focused row at the next layout. */
  readonly follows: boolean;
};

export type Measured = {
  readonly content: number;
  readonly height: number;
  /** Rows of the focused element within the content. */
  readonly focus: { readonly top: number; readonly bottom: number } | undefined;
};

export const atTop: Scroll = { offset: 0, most: 0, height: 0, follows: false };

export const following = (scroll: Scroll): Scroll => ({ ...scroll, follows: true });

/** What a screen is after a layout; the very same where nothing moved, so that it is not drawn again. */
export function laidOut<State extends { readonly scroll: Scroll }>(state: State, by: Measured): State {
  const scroll = measured(state.scroll, by);
  return scroll === state.scroll ? state : { ...state, scroll };
}

/** The scroll after a layout: never past the end, and with the focused row in view where it is followed. */
export function measured(scroll: Scroll, { content, height, focus }: Measured): Scroll {
  const most = Math.max(0, content - height);
  const wanted = scroll.follows && focus ? inView(scroll.offset, height, focus) : scroll.offset;
  const offset = clamp(wanted, most);
  const same = most === scroll.most && offset === scroll.offset && height === scroll.height;
  return same ? scroll : { ...scroll, offset, most, height };
}

function inView(offset: number, height: number, { top, bottom }: { readonly top: number; readonly bottom: number }) {
  // What is higher than the area shows its beginning; its end would bring the beginning back, and so on for ever.
  if (top < offset || bottom - top > height) return top;
  return bottom > offset + height ? bottom - height : offset;
}

/** The scroll after a key, or undefined where the key does not scroll. */
export function scrolledBy(scroll: Scroll, key: string): Scroll | undefined {
  const page = Math.max(1, scroll.height - 2);
  const by: Readonly<Record<string, number>> = { up: -1, down: 1, 'page-up': -page, 'page-down': page };
  const step = by[key];
  if (step === undefined) return undefined;
  return { ...scroll, offset: clamp(scroll.offset + step, scroll.most), follows: false };
}

const clamp = (offset: number, most: number): number => Math.min(most, Math.max(0, offset));
