import { resolve } from 'node:path';
import { formatFile, type FormattedFile } from '../../app/format-file.ts';
import type { FormatDocument } from '../../contract/command-documents.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { diagnosticLines, plural, repairHint } from '../print/diagnostics.ts';

export interface FormatFlags {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly check?: boolean;
  readonly lenient?: boolean;
}

type Mode = 'print' | 'check' | 'fix';

type Entry = FormatDocument['files'][number];

export async function formatPipelines(this: CliContext, flags: FormatFlags, ...files: string[]): Promise<void> {
  await guarded(this, flags.json, async () => {
    const mode = modeOf(flags, files);
    const paths = [...new Set(files)];
    const reading = paths.map((file) =>
      formatFile(resolve(this.cwd, file), { lenient: flags.lenient, shownPath: file }),
    );
    // All are read before one is written: a name that is wrong leaves everything as it is.
    const formatted = await Promise.all(reading);
    const entries: Entry[] = [];
    for (const [index, file] of formatted.entries()) entries.push(await treat(paths[index] ?? '', file, mode));
    const ok = entries.every(({ outcome }) => isFine(outcome, mode));
    if (flags.json) printJson<FormatDocument>(this, { ok, files: entries });
    else if (mode === 'print') printText(this, entries[0]);
    else printOutcomes(this, entries, mode);
    return ok ? exitCodes.success : exitCodes.failed;
  });
}

function modeOf({ fix, check }: FormatFlags, files: readonly string[]): Mode {
  if (fix && check) throw new OrchestraError('USAGE', '--fix writes and --check does not: use one of them');
  if (fix) return 'fix';
  return check || files.length > 1 ? 'check' : 'print';
}

async function treat(file: string, formatted: FormattedFile, mode: Mode): Promise<Entry> {
  const { text, isCanonical } = formatted;
  // The schema says of diagnostics what their type says, but for `readonly`.
  const diagnostics = formatted.diagnostics as Entry['diagnostics'];
  if (text === undefined) return { file, outcome: 'refused', diagnostics };
  if (mode === 'fix' && !isCanonical) {
    await formatted.write();
    return { file, outcome: 'written', diagnostics };
  }
  const outcome = isCanonical ? 'canonical' : 'different';
  return { file, outcome, diagnostics, ...(mode === 'print' && { text }) };
}

function isFine(outcome: Entry['outcome'], mode: Mode): boolean {
  return outcome !== 'refused' && !(outcome === 'different' && mode === 'check');
}

function printText(context: CliContext, entry: Entry | undefined): void {
  if (!entry) return;
  for (const line of diagnosticLines(entry.diagnostics)) noteLine(context, line);
  noteRepair(context, [entry]);
  if (entry.text !== undefined) printLine(context, entry.text.replace(/\n$/, ''));
}

const outcomes: Readonly<Record<Entry['outcome'], string>> = {
  canonical: 'canonical already',
  different: 'not canonical',
  written: 'written',
  refused: 'left alone: it has errors',
};

function printOutcomes(context: CliContext, entries: readonly Entry[], mode: Mode): void {
  for (const { file, outcome, diagnostics } of entries) {
    for (const line of diagnosticLines(diagnostics)) printLine(context, line);
    if (outcome !== 'canonical' || entries.length === 1) printLine(context, `${file}: ${outcomes[outcome]}`);
  }
  const count = (wanted: Entry['outcome']): number => entries.filter(({ outcome }) => outcome === wanted).length;
  if (entries.length > 1) {
    const [word, changed] = mode === 'fix' ? ['written', count('written')] : ['not canonical', count('different')];
    printLine(context, `${plural(entries.length, 'file')}: ${changed} ${word}, ${count('refused')} with errors`);
  }
  if (count('different') > 0) noteLine(context, '`orchestra fmt --fix FILE` writes a file in its canonical form.');
  noteRepair(context, entries);
}

function noteRepair(context: CliContext, entries: readonly Entry[]): void {
  const files = entries.filter(({ diagnostics }) => repairHint(diagnostics) !== undefined);
  const hint = repairHint(files[0]?.diagnostics ?? [], files.length === 1 ? files[0]?.file : undefined);
  if (hint !== undefined) noteLine(context, hint);
}
