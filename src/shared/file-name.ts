import { createHash } from 'node:crypto';

/**
 * The name of the file or folder of an id: the id itself where it is a plain word, else with every other
 * byte percent-encoded. Different ids get different names, and no name leads out of its folder, hides,
 * means a device or stands for one of the run directory's own files.
 */
export function fileName(id: string): string {
  if (id === '') return '%';
  const name = Buffer.from(id).reduce((text, byte) => text + nameOf(byte), '');
  const dotted = name.replace(/^\.|\.$/g, '%2E');
  const safe = reserved.test(dotted) ? percent(dotted.charCodeAt(0)) + dotted.slice(1) : dotted;
  return safe.length <= longest ? safe : shortened(safe);
}

/** Devices of Windows, and what stands at the top of a run directory. */
const reserved =
  /^(?:(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|artifacts|checkpoint\.json|manifest\.json|restart-\d+)$/i;

/** File systems allow 255 bytes; the rest is for endings. */
const longest = 200;

function nameOf(byte: number): string {
  const letter = String.fromCharCode(byte);
  return /[\w.-]/.test(letter) ? letter : percent(byte);
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** `~` stands in no other name, so that a shortened name is nobody else's. */
function shortened(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `${name.slice(0, longest - digest.length - 1)}~${digest}`;
}
