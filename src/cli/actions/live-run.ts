import type { ReadStream } from 'node:tty';
import { loadGraph } from '../../app/bundles.ts';
import type { Orchestra } from '../../app/orchestra.ts';
import type { EventLine } from '../../contract/event-line.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import type { CliContext } from '../context.ts';
import { glyphsFor } from '../live/glyphs.ts';
import { hasColours, liveTerminal, type DisplayWish } from '../live/live-conditions.ts';
import type { LiveDesk } from '../live/live-desk.ts';
import { LiveView } from '../live/live-view.ts';
import { planOf } from '../live/plan.ts';
import { RunModel } from '../live/run-model.ts';

export interface LiveRunOptions extends DisplayWish {
  /** Where somebody here is asked; undefined where nobody is. */
  readonly desk: LiveDesk | undefined;
}

/** A run seen live: its view has the terminal from `open` to `close`. Every event is taken up once, however often it comes. */
export class LiveRun {
  readonly view: LiveView;
  readonly #context: CliContext;
  readonly #orchestra: Orchestra;
  readonly #model: RunModel;
  /** By run: the last event taken up. */
  readonly #seen = new Map<string, number>();

  private constructor(context: CliContext, orchestra: Orchestra, model: RunModel, view: LiveView) {
    this.#context = context;
    this.#orchestra = orchestra;
    this.#model = model;
    this.view = view;
  }

  /** @returns undefined where there is no terminal for a live view */
  static async of(
    context: CliContext,
    orchestra: Orchestra,
    row: RunRow,
    options: LiveRunOptions,
  ): Promise<LiveRun | undefined> {
    const terminal = liveTerminal(context, options);
    if (!terminal) return undefined;
    const plan = planOf(await loadGraph(orchestra.journal, row.bundle));
    const model = new RunModel({ runId: row.id, pipeline: row.pipeline }, plan);
    const view = new LiveView({
      model,
      terminal,
      // Node.js gives a terminal at stdin as this class.
      keyboard: context.stdin?.isTTY ? (context.stdin as ReadStream) : undefined,
      desk: options.desk,
      hasColours: hasColours(terminal, context, options),
      glyphs: glyphsFor(context.env),
    });
    return new LiveRun(context, orchestra, model, view);
  }

  open(): void {
    this.view.open();
    this.#context.screen.owner = this.view;
  }

  close(): void {
    this.#context.screen.owner = undefined;
    this.view.close();
  }

  /** Takes up what happened before the view is opened. */
  async recall(line: EventLine): Promise<void> {
    if (await this.#isNew(line)) this.#model.add(line);
  }

  async tell(line: EventLine): Promise<void> {
    if (await this.#isNew(line)) this.view.add(line);
  }

  /** A child run is told of before its events. */
  async #isNew({ runId, seq }: EventLine): Promise<boolean> {
    if ((this.#seen.get(runId) ?? 0) >= seq) return false;
    this.#seen.set(runId, seq);
    if (!this.#model.knows(runId)) {
      const row = await this.#orchestra.journal.run(runId);
      if (row) this.#model.addChild({ runId, pipeline: row.pipeline, ...(row.parent && { parent: row.parent }) });
    }
    return true;
  }
}
