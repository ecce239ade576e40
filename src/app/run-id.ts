import { randomBytes } from 'node:crypto';

/** A new run's id: sortable by time, short enough to type, unique enough for one project. */
export function newRunId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}
