/** One `{{ ... }}` of a Jinja2 template. */
export interface TemplateOutput {
  /** Offset of `{{`. */
  readonly start: number;
  /** Offset behind `}}`. */
  readonly end: number;
  /** What stands between, without the marks that trim space. */
  readonly expression: string;
  readonly trimLeft: TrimMark;
  readonly trimRight: TrimMark;
}

type TrimMark = '' | '-' | '+';

/**
 * The outputs of a template in order; comments, tags and raw blocks hold none. An output or tag that is never
 * closed ends the search: the engine reports it.
 */
export function templateOutputs(template: string): readonly TemplateOutput[] {
  const outputs: TemplateOutput[] = [];
  for (let at = template.indexOf('{'); at !== -1; at = template.indexOf('{', at)) {
    const opening = template.slice(at, at + 2);
    const end = opening === '{{' || opening === '{%' || opening === '{#' ? endOf(template, at, opening) : at + 1;
    if (end === undefined) return outputs;
    if (opening === '{{') outputs.push(outputAt(template, at, end));
    at = end;
  }
  return outputs;
}

function outputAt(template: string, start: number, end: number): TemplateOutput {
  const [, trimLeft, expression, trimRight] = /^\{\{([-+]?)(.*?)([-+]?)\}\}$/s.exec(template.slice(start, end)) ?? [];
  return {
    start,
    end,
    expression: expression ?? '',
    trimLeft: (trimLeft ?? '') as TrimMark,
    trimRight: (trimRight ?? '') as TrimMark,
  };
}

/** Offset behind what begins at `start`. */
function endOf(template: string, start: number, opening: '{{' | '{%' | '{#'): number | undefined {
  if (opening === '{#') return behind(template, '#}', start + 2);
  const end = endOfCode(template, start + 2, opening === '{{' ? '}}' : '%}');
  if (end === undefined || !/^\{%[-+]?\s*raw\s*[-+]?%\}$/.test(template.slice(start, end))) return end;
  const close = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;
  close.lastIndex = end;
  return close.exec(template) ? close.lastIndex : undefined;
}

function behind(template: string, text: string, from: number): number | undefined {
  const found = template.indexOf(text, from);
  return found === -1 ? undefined : found + text.length;
}

/** Offset behind `closing`, which counts neither in a string nor inside brackets. */
function endOfCode(template: string, from: number, closing: string): number | undefined {
  let depth = 0;
  for (let at = from; at < template.length; at += 1) {
    const character = template[at] ?? '';
    if (depth === 0 && template.startsWith(closing, at)) return at + closing.length;
    if (character === '"' || character === "'") at = endOfString(template, at, character);
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
  }
  return undefined;
}

function endOfString(template: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < template.length && template[at] !== quote) at += template[at] === '\\' ? 2 : 1;
  return at;
}
