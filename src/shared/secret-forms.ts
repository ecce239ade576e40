/**
 * The texts a secret value may appear as: itself, without the space around it, and, where it has several lines, each long
 * one of them; inside a JSON text, at two depths and also with everything but ASCII escaped; in a URL, as various
 * programs encode it; inside single quotes of a shell, and in HTML; in base64 at any alignment and in both alphabets; in
 * hexadecimal digits. Other encodings, compressed and encrypted texts are found by nobody.
 * @param shortest forms with fewer characters would occur by chance
 */
export function secretForms(value: string, shortest: number): ReadonlySet<string> {
  const trimmed = value.trim();
  const texts = [value, trimmed, ...longLines(trimmed)].filter((text) => text.length >= shortest);
  return new Set(
    texts.flatMap((text) => [text, ...jsonForms(text), ...urlForms(text), ...quotedForms(text), ...byteForms(text)]),
  );
}

/** Programs indent lines and change their ends. Lines with blanks, as of a JSON text, are ordinary text too often. */
function longLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => /^\S{16,}$/.test(line));
}

function jsonForms(text: string): readonly string[] {
  const inside = (json: string): string => JSON.stringify(json).slice(1, -1);
  const ascii = inside(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [inside(text), inside(inside(text)), inside(text).replaceAll('/', '\\/'), ascii];
}

function urlForms(text: string): readonly string[] {
  const component = encodeURIComponent(text.toWellFormed());
  const lowerCase = component.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
  const encoding = (others: RegExp): string =>
    component.replace(others, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = encoding(/[!'()~]/g).replaceAll('%20', '+');
  return [component, lowerCase, component.replaceAll('%20', '+'), encoding(/[!'()*]/g), form];
}

function quotedForms(text: string): readonly string[] {
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    text.replaceAll("'", `'\\''`),
    html,
    html.replaceAll('"', '&quot;'),
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  ];
}

function byteForms(text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const hexadecimal = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hexadecimal, hexadecimal.toUpperCase(), ...base64Forms(bytes)];
}

/**
 * In base64 a text looks different at each of three alignments, and its outermost characters also
 * hold bits of the neighbours: what is searched for is the part that depends on the secret alone.
 */
function base64Forms(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const shifted = new Uint8Array(offset + bytes.length);
    shifted.set(bytes, offset);
    const inner = btoa(String.fromCharCode(...shifted)).slice(
      Math.ceil((offset * 8) / 6),
      Math.floor((shifted.length * 8) / 6),
    );
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
