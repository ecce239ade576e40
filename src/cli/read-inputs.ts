import { OrchestraError } from '../shared/errors.ts';

/** `key=value` arguments; the value is a string and may contain further equals signs. */
export function readInputs(pairs: readonly string[]): Readonly<Record<string, string>> {
  const inputs = pairs.map((pair): [string, string] => {
    const at = pair.indexOf('=');
    if (at <= 0) throw new OrchestraError('USAGE', `"${pair}" is not an input of the form key=value`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return Object.fromEntries(inputs);
}
