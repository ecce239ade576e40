import type { ReadStream } from 'node:tty';
import { loadGraph } from '../../app/bundles.ts';
import type { Orchestra } from '../../app/orchestra.ts';
import { RunLog } from '../../app/run-log.ts';
import type { EventLine } from '../../contract/event-line.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import type { CliContext } from '../context.ts';
import { glyphsFor } from '../live/glyphs.ts';
import { hasColours, liveTerminal, type DisplayWish } from '../live/live-conditions.ts';
import type { LiveDesk } from '../live/live-desk.ts';
import { LiveView } from '../live/live-view.ts';
import { planOf } from '../live/plan.ts';
import { RunModel } from '../live/run-model.ts';
import type { Display, DisplayOptions } from './display.ts';

/** A live view of a session, with what its run has done before. */
export async function openLiveDisplay(
  context: CliContext,
  orchestra: Orchestra,
  options: DisplayOptions,
): Promise<Display> {
  const { session, resumed, desk } = options;
  const row = await orchestra.findRun(session.runId);
  const { view, model } = await createView(context, orchestra, row, { ...options, desk });
  const teller = new Teller(orchestra, model);
  // Its events before this session: those it has told itself meanwhile come again and are passed over.
  if (resumed !== undefined)
    for await (const line of new RunLog(orchestra.journal, row.id).read()) await teller.recall(line);
  view.open();
  context.screen.owner = view;
  return {
    show: (line) => teller.tell(line, view),
    pausing: (until) => view.stopping({ kind: 'pausing', until }),
    cancelling: () => view.stopping({ kind: 'cancelling' }),
    end(isInterrupted) {
      context.screen.owner = undefined;
      view.close(isInterrupted);
    },
  };
}

async function createView(
  context: CliContext,
  orchestra: Orchestra,
  row: RunRow,
  wish: DisplayWish & { readonly desk: LiveDesk | undefined },
): Promise<{ readonly view: LiveView; readonly model: RunModel }> {
  const terminal = liveTerminal(context, wish);
  if (!terminal) throw new Error('a live view needs a terminal');
  const model = new RunModel(
    { runId: row.id, pipeline: row.pipeline },
    planOf(await loadGraph(orchestra.journal, row.bundle)),
  );
  const view = new LiveView({
    model,
    terminal,
    // Node.js gives a terminal at stdin as this class.
    keyboard: context.stdin?.isTTY ? (context.stdin as ReadStream) : undefined,
    desk: wish.desk,
    hasColours: hasColours(terminal, context, wish),
    glyphs: glyphsFor(context.env),
  });
  return { view, model };
}

/** Tells a model every event once, and of each child run before its events. */
class Teller {
  readonly #orchestra: Orchestra;
  readonly #model: RunModel;
  /** By run: the last event told. */
  readonly #told = new Map<string, number>();

  constructor(orchestra: Orchestra, model: RunModel) {
    this.#orchestra = orchestra;
    this.#model = model;
  }

  async recall(line: EventLine): Promise<void> {
    if (await this.#isNew(line)) this.#model.add(line);
  }

  async tell(line: EventLine, view: LiveView): Promise<void> {
    if (await this.#isNew(line)) view.add(line);
  }

  async #isNew({ runId, seq }: EventLine): Promise<boolean> {
    if ((this.#told.get(runId) ?? 0) >= seq) return false;
    this.#told.set(runId, seq);
    if (!this.#model.knows(runId)) {
      const row = await this.#orchestra.journal.run(runId);
      if (row) this.#model.addChild({ runId, pipeline: row.pipeline, ...(row.parent && { parent: row.parent }) });
    }
    return true;
  }
}
