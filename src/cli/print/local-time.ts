/** A time for people: `2026-03-01 14:05:09` in their time zone (semantics.md, Policies: Time). */
export function localTime(at: number | string): string {
  // The Swedish form is the ISO one with a space.
  return new Date(at).toLocaleString('sv-SE');
}
