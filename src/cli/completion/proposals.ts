import { readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { newestRun } from '../../app/find-run.ts';
import { nodesOf } from '../../app/node-filter.ts';
import { openQuestions } from '../../app/open-questions.ts';
import type { Orchestra } from '../../app/orchestra.ts';
import { bareLabel } from '../../contract/question.ts';
import { finalStates, type RunState } from '../../contract/run.ts';
import type { CliContext } from '../context.ts';
import { onProject } from '../on-project.ts';

/** Runs offered at most: older ones are found with `orchestra runs`. */
const mostRuns = 50;

/** Which runs a command is for. */
export type RunKind = 'any' | 'waiting' | 'unfinished';

const isOfKind: Readonly<Record<RunKind, (state: RunState) => boolean>> = {
  any: () => true,
  waiting: (state) => state === 'waiting',
  unfinished: (state) => !finalStates.has(state),
};

/** Ids of runs, newest first, each with its pipeline and state. */
export async function runs(context: CliContext, partial: string, kind: RunKind): Promise<readonly string[]> {
  const rows = await onProject(context, false, (orchestra) => orchestra.runs({ limit: mostRuns }));
  const fitting = rows.filter(({ state }) => isOfKind[kind](state));
  const named = fitting.map(({ id, pipeline, state }) => described(id, `${pipeline}, ${state}`));
  return starting(partial, fitting.length === 0 ? [] : [...named, described(newestRun, 'the newest run')]);
}

/** Ids of the nodes of the run the command line names, else of the newest. */
export async function nodes(context: CliContext, partial: string): Promise<readonly string[]> {
  return onProject(context, false, async (orchestra) => {
    const row = await runNamed(context, orchestra);
    return row
      ? starting(
          partial,
          Array.from(await nodesOf(orchestra.journal, row.bundle), (id) => described(id, 'node')),
        )
      : [];
  });
}

/** What the open questions of the run the command line names can be answered with. */
export async function answers(context: CliContext, partial: string): Promise<readonly string[]> {
  return onProject(context, false, async (orchestra) => {
    const row = await runNamed(context, orchestra);
    const asked = row ? await openQuestions(orchestra, row) : [];
    const options = asked.flatMap(({ question }) => question.options);
    return starting(
      partial,
      options.map(({ key, label }) => described(key, bareLabel(label))),
    );
  });
}

/** Ids of the open questions of the run the command line names. */
export async function questions(context: CliContext, partial: string): Promise<readonly string[]> {
  return onProject(context, false, async (orchestra) => {
    const row = await runNamed(context, orchestra);
    const asked = row ? await openQuestions(orchestra, row) : [];
    return starting(
      partial,
      asked.map(({ question: { id, text } }) => described(id, text)),
    );
  });
}

/** Names of the pipelines there are runs of. */
export async function pipelineNames(context: CliContext, partial: string): Promise<readonly string[]> {
  const rows = await onProject(context, false, (orchestra) => orchestra.runs({ limit: mostRuns }));
  return starting(
    partial,
    Array.from(new Set(rows.map(({ pipeline }) => pipeline)), (name) => described(name, 'pipeline')),
  );
}

/** Agents, and what stands in for one. */
export async function backends(context: CliContext, partial: string): Promise<readonly string[]> {
  const [{ agentRegistry }, { scriptedBackend }] = await Promise.all([
    import('../../app/agent-registry.ts'),
    import('../../app/backends.ts'),
  ]);
  const configuration = await onProject(context, false, async (orchestra) => orchestra.configuration);
  return starting(
    partial,
    [...agentRegistry({ extensions: {}, configuration }).keys(), scriptedBackend].map((name) =>
      described(name, 'backend'),
    ),
  );
}

/** Pipeline files below the folder typed so far, and the folders that may hold more. */
export async function pipelineFiles({ cwd }: CliContext, partial: string): Promise<readonly string[]> {
  const folder = partial.slice(0, partial.length - (partial.endsWith('/') ? 0 : basename(partial).length));
  const entries = await readdir(resolve(cwd, folder), { withFileTypes: true }).catch(() => []);
  const isHiddenWanted = basename(partial).startsWith('.') && !partial.endsWith('/');
  const names = entries.flatMap((entry) => {
    if (entry.name.startsWith('.') && !isHiddenWanted) return [];
    if (entry.isDirectory())
      return entry.name === 'node_modules' ? [] : [described(`${folder}${entry.name}/`, 'folder')];
    return /\.(?:dot|gv)$/.test(entry.name) ? [described(`${folder}${entry.name}`, 'pipeline')] : [];
  });
  return starting(partial, names.toSorted());
}

/** The run that one of the words typed names; the newest where none does. */
async function runNamed({ words = [] }: CliContext, orchestra: Orchestra) {
  for (const word of words.slice(1, -1)) {
    const row = word.startsWith('-') ? undefined : await orchestra.findRun(word).catch(() => undefined);
    if (row) return row;
  }
  const [newest] = await orchestra.runs({ limit: 1 });
  return newest;
}

function described(value: string, text: string): string {
  return `${value}\t${text.replaceAll(/\s+/g, ' ')}`;
}

function starting(partial: string, values: readonly string[]): readonly string[] {
  return values.filter((value) => value.startsWith(partial));
}
