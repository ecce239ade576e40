/** Numbers as the page shows them: three digits that count, never more than two behind the point. */
function digits(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

export const showMs = (value: number): string =>
  value >= 10_000 ? `${digits(value / 1000)} s` : `${digits(value)} ms`;
export const showMb = (value: number): string => `${digits(value)} MB`;
export const showKb = (value: number): string => `${digits(value)} kB`;
export const showTimes = (value: number): string => `${digits(value)} times`;
export const showNumber = (value: number): string => digits(value);
export const showCount = (value: number): string => value.toLocaleString('en');
export const showShare = (value: number): string => `${Math.round(value * 100)} %`;
