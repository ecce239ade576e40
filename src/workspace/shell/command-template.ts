import { randomBytes } from 'node:crypto';
import { TemplateError, type TemplateEngine } from '../../engine/ports/template-engine.ts';
import { ShellQuotes, variableReference, type Quote } from '../../shared/shell-quotes.ts';
import { templateOutputs } from './template-outputs.ts';

/** A rendered command: shell text, and the values it refers to as variables. */
export interface RenderedCommand {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Renders a `tool_command` so that no value is ever read as shell syntax (semantics.md, Language). What an output
 * `{{ ... }}` yields, filters and all, stays out of the text: it travels in a variable ORCHESTRA_VALUE_n, and a
 * quoted reference to it stands in its place. The shell does not parse what an expansion yields, so this holds in
 * quotes, comments, here-documents and substitutions alike; only plain numbers are written out. Where an output
 * stands inside double or single quotes, the reference is written to fit; a wrong guess about that can split
 * a value into words, but never run it.
 * @throws TemplateError as the engine does, and for a template that takes the marks of an output apart.
 */
export function renderCommand(
  template: string,
  variables: Readonly<Record<string, unknown>>,
  engine: TemplateEngine,
): RenderedCommand {
  // Drawn afresh for each rendering, so that no value can contain a mark; digits, which no filter for text changes.
  const id = BigInt(`0x${randomBytes(16).toString('hex')}`).toString();
  const marks: Marks = { open: `\u0002${id}\u0002`, close: `\u0003${id}\u0003` };
  return placeValues(engine.render(markOutputs(template, marks), variables), marks);
}

interface Marks {
  readonly open: string;
  readonly close: string;
}

/** Puts marks around each output, as outputs of their own so that `{{-` and `-}}` still trim the text outside. */
function markOutputs(template: string, { open, close }: Marks): string {
  let marked = '';
  let end = 0;
  for (const output of templateOutputs(template)) {
    marked += template.slice(end, output.start);
    marked += `{{${output.trimLeft} "${open}" }}{{ ${output.expression} }}{{ "${close}" ${output.trimRight}}}`;
    end = output.end;
  }
  return marked + template.slice(end);
}

function placeValues(rendered: string, { open, close }: Marks): RenderedCommand {
  const env: Record<string, string> = {};
  let command = '';
  const quotes = new ShellQuotes();
  let depth = 0;
  let value = '';
  for (const piece of rendered.split(new RegExp(`(${open}|${close})`))) {
    if (piece === open) depth += 1;
    else if (piece === close) depth -= 1;
    else if (depth > 0) value += piece;
    else {
      command += piece;
      quotes.read(piece);
    }
    if (depth < 0) throw tornMarks();
    // An output within an output (a macro, a captured block) is part of the outer value.
    if (piece !== close || depth > 0) continue;
    command += reference(value, quotes.open, env);
    value = '';
  }
  if (depth !== 0) throw tornMarks();
  return { command, env };
}

function tornMarks(): TemplateError {
  return new TemplateError('a filter block or slice takes an output apart; apply the filter to the value itself');
}

function reference(value: string, quote: Quote, env: Record<string, string>): string {
  if (/^-?\d+(\.\d+)?$/.test(value)) return value;
  const name = `ORCHESTRA_VALUE_${Object.keys(env).length + 1}`;
  env[name] = value;
  return variableReference(name, quote);
}
