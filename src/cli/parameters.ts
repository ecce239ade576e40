import type { RunKind } from './completion/proposals.ts';
import type { CliContext } from './context.ts';

/** What completes a value in a shell. It is imported when a shell asks. */
type Propose = (this: CliContext, partial: string) => Promise<readonly string[]>;

type Subject = 'nodes' | 'answers' | 'questions' | 'pipelineNames' | 'backends' | 'pipelineFiles';

export function propose(subject: Subject): Propose {
  return async function (partial) {
    const proposals = await import('./completion/proposals.ts');
    return proposals[subject](this, partial);
  };
}

function proposeRuns(kind: RunKind): Propose {
  return async function (partial) {
    const { runs } = await import('./completion/proposals.ts');
    return runs(this, partial, kind);
  };
}

/** A switch: off unless given, with no `--no-...` beside it. */
export function toggle(brief: string) {
  return { kind: 'boolean', brief, optional: true, withNegated: false } as const;
}

/** `--plain` and `--color` of commands that show a run while it goes on. */
export const displayFlags = {
  plain: toggle('Print plain lines, also at a terminal, instead of a live view'),
  color: { kind: 'boolean', brief: 'Colours in the live view, or none; else as the terminal can', optional: true },
} as const;

/**
 * A flag that takes a text.
 * @param subject what a shell may complete it with; file names otherwise
 */
export function text(brief: string, placeholder: string, subject?: Subject) {
  const flag = { kind: 'parsed', parse: String, brief, optional: true, placeholder } as const;
  return subject === undefined ? flag : { ...flag, proposeCompletions: propose(subject) };
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

/** `--lenient` of commands that read a pipeline file. */
export const lenient = toggle('Read the habits of Graphviz that are otherwise refused');

/** `--offline` of commands that walk a run. */
export const offline = toggle('Use only what needs no network: local models, scripts, the simulation');

/** `--json` of commands that print one document. */
export const oneDocument = toggle('Print one JSON document');

/** `--json` of commands that walk a run. */
export const eventLines = toggle('Print events as JSON lines, the last one the result');

/** A positional that names a run. */
export const aRun = runOf('any');

/** The same, where a shell shall only offer runs of a kind. */
export function runOf(kind: RunKind) {
  return {
    brief: 'Run id, a beginning of it, or `last`',
    parse: String,
    placeholder: 'RUN',
    proposeCompletions: proposeRuns(kind),
  } as const;
}

/** A positional that names a pipeline file. */
export const aPipelineFile = {
  brief: 'Pipeline file',
  parse: String,
  placeholder: 'FILE',
  proposeCompletions: propose('pipelineFiles'),
} as const;
