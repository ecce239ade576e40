import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { explainNode } from '../../app/explain.ts';
import type { ExplainedLayer, Explanation } from '../../contract/explanation.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { tableLines } from '../print/table.ts';

export interface ExplainFlags {
  readonly json?: boolean;
  readonly backend?: string;
}

export async function explain(this: CliContext, flags: ExplainFlags, node: string, named?: string): Promise<void> {
  await guarded(this, flags.json, async () => {
    const file = named ?? (await onlyPipeline(this.cwd));
    const request = { file, path: resolve(this.cwd, file), node, backend: flags.backend };
    const explanation = await explainNode(request, this);
    if (flags.json) printJson<Explanation>(this, explanation);
    else print(this, explanation);
    return explanation.problems.length === 0 ? exitCodes.success : exitCodes.failed;
  });
}

/** Most folders hold one pipeline; among several, none is guessed. */
async function onlyPipeline(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((name) => /\.(?:dot|gv)$/.test(name));
  const [file] = files;
  if (file !== undefined && files.length === 1) return file;
  const message =
    files.length === 0
      ? 'there is no pipeline file in this folder'
      : `there are several pipelines here: ${files.join(', ')}`;
  throw new OrchestraError('USAGE', message, { hint: 'Name the one: `orchestra explain NODE FILE`.' });
}

function print(context: CliContext, { node, handler, place, settings, layers, problems }: Explanation): void {
  printLine(context, `${node}  ${handler}  ${place}`);
  if (settings.length === 0 && problems.length === 0) printLine(context, '  no agent works on it');
  const rows = [
    ...settings.map(({ name, value, reason }) => [name, value, reason]),
    ...layers.map((layer) => [layer.layer, firstWords(layer), layer.from]),
  ];
  for (const line of tableLines(rows)) printLine(context, `  ${line}`);
  for (const problem of problems) noteLine(context, `  problem: ${problem}`);
}

const shownWords = 48;

function firstWords({ text }: ExplainedLayer): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= shownWords ? `"${line}"` : `"${line.slice(0, shownWords)}..."`;
}
