/** A switch: off unless given, with no `--no-...` beside it. */
export function toggle(brief: string) {
  return { kind: 'boolean', brief, optional: true, withNegated: false } as const;
}

/** A flag that takes a text. */
export function text(brief: string, placeholder: string) {
  return { kind: 'parsed', parse: String, brief, optional: true, placeholder } as const;
}

/** `--since`: how long ago, or a date or time. */
export function since(brief: string) {
  return text(`${brief}: a duration ago (\`2h\`) or a time`, 'WHEN');
}

/** `--limit` of lists. */
export const aLimit = {
  kind: 'parsed',
  parse: Number,
  brief: 'How many runs, newest first',
  default: '20',
  placeholder: 'N',
} as const;

/** `--json` of commands that print one document. */
export const oneDocument = toggle('Print one JSON document');

/** `--json` of commands that walk a run. */
export const eventLines = toggle('Print events as JSON lines, the last one the result');

/** A positional that names a run. */
export const aRun = { brief: 'Run id, a beginning of it, or `last`', parse: String, placeholder: 'RUN' } as const;
