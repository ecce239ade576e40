import { createHash } from 'node:crypto';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The id itself where it is a UUID, else one derived from it (version 8 of RFC 9562: a hash of our own): the same text always gives the same. */
export function sessionUuid(id: string): string {
  if (uuid.test(id)) return id;
  const hex = createHash('sha256').update(id).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0b0011) | 0b1000).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** The same for agents that refuse versions above 5: any other becomes one of version 5, which is that of names. */
export function oldSessionUuid(id: string): string {
  const known = sessionUuid(id);
  return /^.{14}[1-5]/.test(known) ? known : `${known.slice(0, 14)}5${known.slice(15)}`;
}
