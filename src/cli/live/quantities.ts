/** How long something took, in at most six columns: `0.4s`, `12s`, `3m05s`, `2h01m`, `3d04h`. */
export function shortDuration(ms: number, isOver: boolean): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (isOver && seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = isOver ? Math.round(seconds) : Math.floor(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3_600) return pair(whole, 60, 'm', 's', 1);
  if (whole < 86_400) return pair(whole, 3_600, 'h', 'm', 60);
  return pair(whole, 86_400, 'd', 'h', 3_600);
}

function pair(seconds: number, unit: number, large: string, small: string, smallUnit: number): string {
  const rest = Math.floor((seconds % unit) / smallUnit);
  return `${Math.floor(seconds / unit)}${large}${String(rest).padStart(2, '0')}${small}`;
}

/** A count in at most five columns: `950`, `12.3k`, `4.5M`. */
export function shortCount(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 99_950) return `${(count / 1_000).toFixed(1)}k`;
  if (count < 999_500) return `${Math.round(count / 1_000)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** Money in at most seven columns: `$0.03`, `$12.40`, `$1250`; less than a cent is said to be that. */
export function shortCost(dollars: number): string {
  if (dollars > 0 && dollars < 0.01) return '<$0.01';
  return dollars < 1_000 ? `$${dollars.toFixed(2)}` : `$${Math.round(dollars)}`;
}
