import { ShellQuotes, variableReference } from '../../../shared/shell-quotes.ts';

/** The variable that holds the value of a parameter. */
export function parameterVariable(name: string): string {
  return `ORCHESTRA_PARAM_${name.toUpperCase()}`;
}

/**
 * Shell text with a reference to a variable in the place of each `{parameter}`, inside quotes and outside: no value is
 * ever part of the text. Braces around anything else stay, and so does the shell's own `${name}`.
 */
export function parameterCommand(command: string, parameters: ReadonlySet<string>): string {
  const quotes = new ShellQuotes();
  let text = '';
  for (const piece of command.split(/((?<!\$)\{[A-Za-z_][A-Za-z0-9_]*\})/)) {
    const name = piece.startsWith('{') ? piece.slice(1, -1) : '';
    if (parameters.has(name)) text += variableReference(parameterVariable(name), quotes.open);
    else {
      text += piece;
      quotes.read(piece);
    }
  }
  return text;
}
