import type { ForkPoint, Journal } from '../../src/engine/ports/journal.ts';
import type { Traversal } from '../../src/engine/ports/runtime.ts';
import type { OwnershipRule } from '../../src/journal/ownership.ts';
import { LocalRuntime, type LocalRuntimeOptions } from '../../src/runtime/local/local-runtime.ts';
import { rewindRun } from '../../src/runtime/local/rewind.ts';
import type { MortalProcess } from './mortal-process.ts';
import type { RuntimeUnderTest, WalkInputs, World } from './runtime-world.ts';

export interface JournalHome {
  /** A connection of one process. */
  open(rule: OwnershipRule): Promise<Journal>;
  remove(): Promise<void>;
}

/** The local runtime on some journal. `through` stands between traversal and runtime. */
export async function localRuntimeUnderTest(
  world: World,
  home: JournalHome,
  through: (traversal: Traversal) => Traversal,
): Promise<RuntimeUnderTest> {
  const opened = new Set<Journal>();
  const open = async (): Promise<Journal> => {
    const journal = await home.open({
      now: () => world.clock.now(),
      steadyNow: () => world.clock.steady(),
      livenessOf: ({ pid }) =>
        world.processes.find((process) => process.pid === pid)?.isDead === false ? 'alive' : 'dead',
    });
    opened.add(journal);
    return journal;
  };
  const outside = await open();
  let sent = 0;
  return {
    async process(death) {
      const process = world.newProcess(death);
      const runtime = localRuntime(
        world,
        process,
        {
          journal: process.through(await open()),
          clock: world.clock.for(() => process.isAwake),
          holder: { pid: process.pid, host: 'here', bootId: 'boot', startTime: '1' },
        },
        through,
      );
      return { process, walk: (runId, edited) => runtime.walk(runId, edited) };
    },
    create: (runId, inputs = {}) => createRun(outside, { runId, bundle: 'main', inputs, at: world.clock.now() }),
    async send(runId, command, id = `sent-${++sent}`) {
      const kept = await outside.keep({ ...command });
      return outside.send(runId, { id, command: kept, by: 'somebody', at: world.clock.now() });
    },
    async fork(runId, forkOf) {
      const { bundle, settings } = (await outside.run(forkOf.runId)) ?? {};
      if (bundle === undefined) throw new Error(`there is no run ${forkOf.runId}`);
      // As `createRun` wrote them.
      const { inputs } = settings as { readonly inputs: WalkInputs };
      await createRun(outside, { runId, bundle, inputs, at: world.clock.now(), forkOf });
    },
    async rewind(runId, toSeq) {
      const row = await outside.run(runId);
      if (!row) throw new Error(`there is no run ${runId}`);
      const { pid } = world.newProcess();
      await rewindRun(outside, row, toSeq, { pid, host: 'here', bootId: 'boot', startTime: '1' });
    },
    tail: (runId) => Array.fromAsync(outside.tail(runId, 0)),
    async seen(runId) {
      const row = await outside.run(runId);
      if (!row) return { state: 'created', waiting: [], turns: [] };
      return { state: row.state, waiting: row.waiting ?? [], turns: await Array.fromAsync(outside.turns(runId)) };
    },
    children: async (runId) => (await outside.runs({ parent: runId })).map(({ id }) => id).toReversed(),
    readBlob: (hash) => outside.getBlob(hash),
    async close() {
      if (opened.size === 0) return;
      for (const process of world.processes) process.kill();
      await Promise.all(Array.from(opened, (journal) => journal.close()));
      opened.clear();
      await home.remove();
    },
  };
}

interface RunToCreate {
  readonly runId: string;
  readonly bundle: string;
  readonly inputs: WalkInputs;
  readonly at: number;
  readonly parent?: { readonly runId: string; readonly key: string };
  readonly forkOf?: ForkPoint | undefined;
}

/** Creates a run of a world's pipeline, unless it exists. */
export async function createRun(
  journal: Journal,
  { runId, bundle, inputs, at, parent, forkOf }: RunToCreate,
): Promise<void> {
  if (await journal.run(runId)) return;
  const settings = await journal.keep({ inputs });
  const run = {
    id: runId,
    pipeline: bundle,
    bundle,
    walkVersion: 1,
    cwd: '/',
    settings,
    at,
    ...(forkOf && { forkOf }),
  };
  await journal.createRun(parent ? { ...run, parent } : run);
}

/** The local runtime of one process of a world. */
export function localRuntime(
  world: World,
  process: MortalProcess,
  own: Pick<LocalRuntimeOptions, 'journal' | 'clock' | 'holder'>,
  through: (traversal: Traversal) => Traversal = (traversal) => traversal,
): LocalRuntime {
  return new LocalRuntime({
    ...own,
    scratch: '/nowhere',
    load: async ({ bundle, settings }) => ({
      // As `createRun` wrote them.
      traversal: through(world.traversal(bundle, (settings as { readonly inputs: WalkInputs }).inputs)),
      handlers: new Map(
        ['codergen', 'tool', 'parallel.fan_in', 'workspace.merge'].map((type) => [type, world.handlerIn(process)]),
      ),
      cwd: '/',
    }),
    createChild: ({ runId, bundle, input, parent, forkOf }) =>
      createRun(own.journal, { runId, bundle, inputs: input, parent, forkOf, at: own.clock.now() }),
    readArtifact: async () => undefined,
    ...(world.interviewer ? { interviewer: world.interviewer } : {}),
  });
}
