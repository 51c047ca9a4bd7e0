/** What is said while a node is drained. */
export type DrainEvent =
  /** What clients and readiness come to so far. */
  | {
      readonly event: 'watched';
      readonly sent: number;
      readonly answered: number;
      readonly ready: number;
      readonly lowest: number;
    }
  | { readonly event: 'cordoned'; readonly node: string }
  | { readonly event: 'evicted'; readonly pod: string }
  | { readonly event: 'held'; readonly pod: string; readonly because: string }
  | { readonly event: 'replaced'; readonly pod: string; readonly seconds: number }
  | { readonly event: 'stopped'; readonly because: string }
  | { readonly event: 'uncordoned'; readonly node: string }
  | { readonly event: 'still-cordoned'; readonly node: string; readonly because: string };
