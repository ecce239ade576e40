import { createHash } from 'node:crypto';

/**
 * Any text as one component of the name of a ref: plain words as they are, everything else escaped as in addresses
 * (`fan#1/security` is `fan#1%2Fsecurity`). Different texts get different names, also on file systems that know no case of
 * accents; none is empty, and long ones end in a digest.
 */
export function refComponent(text: string): string {
  if (text === '') return '%';
  const escaped = [...text].map(escapedCharacter).join('');
  // Git wants no component to begin or end with a dot, none with two in a row, and none that looks like a lock.
  const dotted = escaped.replace(/^[.-]|\.(?=\.|$|lock$)/g, (character) => percent(character.charCodeAt(0)));
  return dotted.length <= longest ? dotted : shortened(dotted);
}

/** Refs are files: those below, with their ending `.lock`, must fit in the 255 bytes of a name. */
const longest = 100;

function escapedCharacter(character: string): string {
  if (/^[\w.#+=,-]$/.test(character)) return character;
  const code = character.charCodeAt(0);
  // Half a character has no bytes of its own.
  if (character.length === 1 && code >= 0xd800 && code <= 0xdfff) return `%u${code.toString(16).toUpperCase()}`;
  return Array.from(Buffer.from(character), percent).join('');
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** `%%` stands in no other name, so that a shortened name is nobody else's. */
function shortened(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `${name.slice(0, longest - digest.length - 2)}%%${digest}`;
}
