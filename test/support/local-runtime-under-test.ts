import type { Journal, LeaseHolder } from '../../src/engine/ports/journal.ts';
import type { Traversal } from '../../src/engine/ports/runtime.ts';
import type { OwnershipRule } from '../../src/journal/ownership.ts';
import { LocalRuntime } from '../../src/runtime/local/local-runtime.ts';
import type { Json } from '../../src/shared/json.ts';
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
      livenessOf: ({ pid }) => (world.processes.find((process) => process.pid === pid)?.isDead === false ? 'alive' : 'dead'),
    });
    opened.add(journal);
    return journal;
  };
  const outside = await open();
  const create = async (journal: Journal, runId: string, bundle: string, inputs: WalkInputs, parent?: Parent): Promise<void> => {
    const settings = await journal.keep({ inputs });
    const run = { id: runId, pipeline: bundle, bundle, walkVersion: 1, cwd: '/', settings, at: world.clock.now() };
    await journal.createRun(parent ? { ...run, parent } : run);
  };
  const runtimeOf = (process: MortalProcess, journal: Journal): LocalRuntime =>
    new LocalRuntime({
      journal,
      clock: world.clock.for(() => process.isAwake),
      holder: holderOf(process),
      scratch: '/nowhere',
      load: async ({ bundle, settings }) => ({
        traversal: through(world.traversal(bundle, (settings as { readonly inputs: WalkInputs }).inputs)),
        handlers: new Map(['codergen', 'tool', 'parallel.fan_in'].map((type) => [type, world.handlerIn(process)])),
        cwd: '/',
      }),
      createChild: async ({ runId, bundle, input, parent }) => {
        if (!(await journal.run(runId))) await create(journal, runId, bundle, input, parent);
      },
      readArtifact: async (): Promise<Json | undefined> => undefined,
      ...(world.interviewer ? { interviewer: world.interviewer } : {}),
    });
  let sent = 0;
  return {
    async process(death) {
      const process = world.newProcess(death);
      const runtime = runtimeOf(process, process.through(await open()));
      return { process, walk: (runId, edited) => runtime.walk(runId, edited) };
    },
    create: (runId, inputs = {}) => create(outside, runId, 'main', inputs),
    async send(runId, command, id = `sent-${++sent}`) {
      const kept = await outside.keep({ ...command });
      return outside.send(runId, { id, command: kept, by: 'somebody', at: world.clock.now() });
    },
    async seen(runId) {
      const row = await outside.run(runId);
      if (!row) throw new Error(`there is no run ${runId}`);
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

interface Parent {
  readonly runId: string;
  readonly key: string;
}

function holderOf({ pid }: MortalProcess): LeaseHolder {
  return { pid, host: 'here', bootId: 'boot', startTime: '1' };
}
