import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished } from 'vitest';
import { fakeAgent, said, type ReceivedPrompt } from '../../test/support/fake-agent.ts';
import { newFolder, optionsFor, pipeline } from '../../test/support/library.ts';
import { verifies } from '../../test/support/verifies.ts';
import { walkVersion } from '../engine/walk/traverse.ts';
import { resume, run, type EventLine, type Outcome, type ResultLine, type Run } from '../index.ts';

/** A retry, a loop closed by its bound, a tool, and a goal gate that fails once and sends the walk back. */
const statements = `
  graph [goal="Ship it", retry_target=plan, model_stylesheet="* { llm_model: m; reasoning_effort: low }"]
  plan [prompt="Plan $goal"] judge [prompt="Judge"] gate [prompt="Prove", goal_gate=true]
  work [prompt="Work", max_retries=1, backoff_jitter=false]
  note [shape=parallelogram, tool_command="echo verdict $ORCHESTRA_VAR_VERDICT of $ORCHESTRA_VAR_TICKET"]
  check [shape=diamond]
  start -> plan -> work -> judge
  judge -> work [condition="context.verdict=again", max_visits=2]
  judge -> note -> gate -> check -> exit`;

/** What the agent answers, by node and execution; the last repeats. */
const outcomes: Readonly<Record<string, readonly Outcome[]>> = {
  plan: [{ status: 'success', contextUpdates: { plan: 'two steps' } }],
  work: [{ status: 'retry', failureReason: 'not yet' }, { status: 'success' }],
  judge: [{ status: 'success', contextUpdates: { verdict: 'again' } }],
  gate: [{ status: 'fail', failureReason: 'unproven' }, { status: 'success' }],
};

function outcomeOf({ request: { call } }: ReceivedPrompt): Outcome {
  const given = outcomes[call.nodeId] ?? [];
  return given[Math.min(call.execution, given.length - 1)] ?? { status: 'success' };
}

/** Everything an agent gets to know of one step, with `RUN` for the id of the run and `.` for its folder. */
function told({ request, text }: ReceivedPrompt, folder: string): unknown {
  const { call, services, cwd, model, reasoningEffort } = request;
  return {
    text: text.replaceAll(services.runId, 'RUN'),
    key: services.key,
    place: cwd.replace(folder, '.'),
    model,
    reasoningEffort,
    execution: call.execution,
    context: Object.fromEntries(call.context),
    history: structuredClone([...call.history]),
  };
}

interface Story {
  readonly steps: readonly unknown[];
  readonly result: Omit<ResultLine, 'runId'>;
  /** Stages that began, in all parts of the run. */
  readonly stages: readonly string[];
  readonly parts: number;
}

/** Runs the pipeline; at the step of that number it is paused, left, and resumed by another session. */
async function story(pauseAt?: number): Promise<Story> {
  const folder = newFolder();
  const begun = Promise.withResolvers<Run>();
  const steps: unknown[] = [];
  const agent = fakeAgent(async function* (prompt) {
    steps.push(told(prompt, folder));
    if (steps.length === pauseAt) (await begun.promise).pause();
    const outcome = outcomeOf(prompt);
    yield said(`answer of ${prompt.request.call.nodeId}`, { outcome });
  });
  const options = optionsFor(agent, { folder, inputs: { ticket: '7' } });
  const first = await run(pipeline(statements, folder), options);
  begun.resolve(first);
  const parts = [first];
  if ((await first.result).status === 'paused') {
    const { cwd, env, extensions } = options;
    parts.push(await resume(first.id, { ...(cwd && { cwd }), ...(env && { env }), ...(extensions && { extensions }) }));
  }
  const { runId: _, ...result } = await parts.at(-1)!.result;
  const events = (await Promise.all(parts.map((part) => Array.fromAsync(part.events())))).flat();
  return {
    steps,
    result,
    stages: events.flatMap((event: EventLine) => (event.type === 'StageStarted' ? [event.name] : [])),
    parts: parts.length,
  };
}

verifies(
  [
    'checkpoint:restore',
    'checkpoint:continues-after',
    'parity:checkpoint-resume',
    'defect:counters-lost',
    'defect:resume-differs-from-run',
  ],
  'a run left at any step and resumed tells its agents the same, repeats nothing and comes to the same',
  async () => {
    const undisturbed = await story();
    expect(undisturbed.result).toMatchObject({
      status: 'success',
      attempts: { plan: 2, work: 4, judge: 3, note: 2, gate: 2 },
      context: { plan: 'two steps', ticket: '7', 'tool.output': 'verdict again of 7\n' },
    });
    expect(undisturbed.parts).toBe(1);
    // The last step leads straight to the exit: nothing is left to begin, so a pause comes too late.
    for (let step = 1; step < undisturbed.steps.length; step += 1) {
      expect(await story(step)).toEqual({ ...undisturbed, parts: 2 });
    }
  },
);

verifies(
  'durability:R4:walk-version',
  'a run of another version of the walk is refused and left as it is',
  async () => {
    const folder = newFolder();
    const waiting = pipeline('ask [shape=hexagon] start -> ask ask -> exit', folder);
    const begun = await run(waiting, { cwd: folder, env: {} });
    expect((await begun.result).status).toBe('waiting');
    const database = new DatabaseSync(join(folder, '.orchestra/journal.db'));
    onTestFinished(() => database.close());
    const row = (): unknown =>
      database.prepare('select walk_version, (select count(*) from turn) as turns from run').get();
    expect(row()).toMatchObject({ walk_version: walkVersion });
    database.exec('update run set walk_version = walk_version + 1');
    const before = row();
    const resumed = await resume(begun.id, { cwd: folder, env: {} });
    await expect(resumed.result).rejects.toMatchObject({
      code: 'RUN_OTHER_VERSION',
      hint: expect.stringContaining('version of orchestra that began it') as string,
    });
    expect(row()).toEqual(before);
  },
);
