const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitMs;

/** Milliseconds of a duration literal such as `250ms`, `900s`, `15m`, `2h`, `1d` (Attractor 2.4); undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(-?\d+)(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) return undefined;
  const ms = Number(match[1]) * unitMs[match[2] as Unit];
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
}

/** A short text for people: `250 ms`, `4.2 s`, `15 s`, `3 m 5 s`, `2 h 1 m`, `24 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  const [large, small, unit] = ms < 3_600_000 ? (['m', 's', 60_000] as const) : (['h', 'm', 3_600_000] as const);
  const rest = Math.floor(((ms % unit) / unit) * 60);
  return `${Math.floor(ms / unit)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}
