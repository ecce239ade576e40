/** One thing that a sandbox holds at a path of its own. Later ones lie on top of earlier ones. */
export type Mount =
  /** What is there outside, if it is there. */
  | { readonly kind: 'read-only' | 'writable'; readonly path: string }
  /** An empty folder that is gone with the sandbox. */
  | { readonly kind: 'empty'; readonly path: string }
  /** A file that cannot be opened. */
  | { readonly kind: 'closed'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

export const readOnly = (path: string): Mount => ({ kind: 'read-only', path });
export const writable = (path: string): Mount => ({ kind: 'writable', path });
export const empty = (path: string): Mount => ({ kind: 'empty', path });
