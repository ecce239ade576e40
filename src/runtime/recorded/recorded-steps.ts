import type { StepEvent } from '../../contract/event.ts';
import type { ReplayDifference } from '../../contract/replay-difference.ts';
import type { Journal, Lease, NewTurn, Turn } from '../../engine/ports/journal.ts';
import type { OpKey } from '../../engine/ports/runtime.ts';
import type { NodeCall, StepCall, StepServices } from '../../engine/ports/step.ts';
import type { Graph } from '../../language/graph/graph.ts';
import type { Json } from '../../shared/json.ts';
import type { Clock } from '../local/clock.ts';
import { inFull, type RecordSource, type WholeRecord } from './whole-record.ts';

/** What a step asks of the outside. */
export interface AskedWork {
  readonly what: 'prompt' | 'command';
  /** The forms it may take: a prompt depends on what became of the agent's sessions. Or why nothing can be asked. */
  readonly texts: readonly string[];
  /** A recorded text without what nobody can find out again. */
  readonly comparable?: (recorded: string) => string;
}

/** Finds out what a step would ask, without asking it; undefined for kinds of steps that cannot be looked into. */
export type AskStep = (
  call: StepCall,
  services: Pick<StepServices, 'runId' | 'readArtifact'>,
) => Promise<AskedWork | undefined>;

export interface RecordedStepsParts {
  /** The replay, and where it is recorded. */
  readonly runId: string;
  readonly journal: Journal;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly onTurns: (turns: readonly Turn[]) => void;
  readonly source: RecordSource;
  readonly record: WholeRecord;
  readonly ask: AskStep;
  readonly readArtifact: (name: string) => Promise<Json | undefined>;
  /** The graphs of earlier pipelines of an edited run, by bundle. */
  readonly graphs: ReadonlyMap<string, Graph | undefined>;
}

/** Events of one commit. */
const batch = 256;

/** The steps of a replay: compared with those of the source, whose events are told again. */
export class RecordedSteps {
  readonly #parts: RecordedStepsParts;

  constructor(parts: RecordedStepsParts) {
    this.#parts = parts;
  }

  /** How what a step asks now differs from what its record was asked; undefined where it does not, or nothing tells. */
  async differenceOf(key: OpKey, call: NodeCall): Promise<ReplayDifference | undefined> {
    const { ask, record, journal, readArtifact } = this.#parts;
    const { view, ...recordedCall } = call;
    const earlier = this.#parts.graphs.get(record.earlierBundles.get(key) ?? '');
    const { graph, ...seen } = { ...view(), ...(earlier && { graph: earlier }) };
    const node = graph.nodes.get(call.nodeId);
    if (!node) return undefined;
    // Prompts name their run, and those of a fork may be its source's.
    const asking = record.lineage.map((runId) =>
      ask({ ...recordedCall, ...seen, node, graph }, { runId, readArtifact }),
    );
    const [asked, ...more] = (await Promise.all(asking)).filter((each) => each !== undefined);
    if (!asked) return undefined;
    const recorded = await this.#recordedText(key, call.nodeId, asked.what);
    if (recorded === undefined) return undefined;
    // Secrets known here alone stand in the record as they are.
    const { redactor } = journal;
    const was = redactor.text(asked.comparable?.(recorded) ?? recorded);
    const now = [asked, ...more].flatMap(({ texts }) => texts.map((text) => redactor.text(text)));
    if (now.includes(was)) return undefined;
    return {
      runId: record.row.id,
      operation: key,
      node: call.nodeId,
      what: asked.what,
      recorded: was,
      asked: nearestTo(was, now),
    };
  }

  /** Tells again what the step told, on a branch of the replay. */
  async tell(key: OpKey): Promise<void> {
    let events: Turn[] = [];
    for await (const turn of this.#events(key)) {
      // No process is started now.
      if (turn.type === 'ProcessStarted' || turn.type === 'ProcessExited') continue;
      events.push(turn);
      if (events.length < batch) continue;
      await this.#append(key, events);
      events = [];
    }
    if (events.length > 0) await this.#append(key, events);
  }

  async #append(key: OpKey, events: readonly Turn[]): Promise<void> {
    const { journal, lease, clock, source, onTurns } = this.#parts;
    const branch = await journal.openBranch(lease, key);
    const at = clock.now();
    const turns = events.map(async ({ type, payload }): Promise<NewTurn> => {
      return { type, key, at, payload: await journal.keep(await inFull(source, payload)) };
    });
    onTurns(await journal.appendToBranch(branch, await Promise.all(turns)));
  }

  async #recordedText(key: OpKey, nodeId: string, what: AskedWork['what']): Promise<string | undefined> {
    if (what === 'command') return this.#lastCommand(key);
    const { record, source } = this.#parts;
    const settled = record.settlements.get(key);
    const prompt = settled?.kind === 'node' ? settled.artifacts?.[`${nodeId}.prompt`] : undefined;
    const text = prompt === undefined ? undefined : await inFull(source, prompt);
    return typeof text === 'string' ? text : undefined;
  }

  async #lastCommand(key: OpKey): Promise<string | undefined> {
    let command: string | undefined;
    for await (const { type, payload } of this.#events(key)) {
      // Only steps write to this branch, and only step events.
      const event = { type, ...(payload as object) } as StepEvent;
      if (event.type === 'ProcessStarted') ({ command } = await inFull(this.#parts.source, event));
    }
    return command;
  }

  #events(key: OpKey): AsyncIterable<Turn> {
    const { source, record } = this.#parts;
    return source.turns(record.row.id, { branch: key });
  }
}

/** The text with the fewest lines that another one has not, or lacks. */
function nearestTo(text: string, candidates: readonly string[]): string {
  const lines = new Set(text.split('\n'));
  const distance = (candidate: string): number => {
    const own = new Set(candidate.split('\n'));
    const common = [...own].filter((line) => lines.has(line)).length;
    return lines.size + own.size - 2 * common;
  };
  return candidates.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best));
}
