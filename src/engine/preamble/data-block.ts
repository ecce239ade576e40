/**
 * Text of agents, tools and people inside a prompt, set apart as data so that a reader cannot take it for
 * instructions (design.md, "Agents"). Markers inside the text are defused: it cannot end its own block.
 *
 * @param source what the text is, for example `response of plan`
 */
export function dataBlock(source: string, text: string): string {
  return block('data', source, text);
}

/** Instructions from outside the pipeline's own text, set apart so that their origin stays visible. */
export function instructionBlock(source: string, text: string): string {
  return block('instructions', source, text);
}

function block(kind: 'data' | 'instructions', source: string, text: string): string {
  const name = source.replaceAll(/["<>\r\n]/g, ' ');
  return `<orchestra-${kind} source="${name}">\n${defuse(text)}\n</orchestra-${kind}>`;
}

const marker = /<(?=\s*\/?\s*orchestra-)/gi;

/** Makes our own markers harmless; text that is defused already stays as it is. */
export function defuse(text: string): string {
  // Asked of every line of every prompt, and nearly none has one.
  return text.includes('<') ? text.replaceAll(marker, '&lt;') : text;
}
