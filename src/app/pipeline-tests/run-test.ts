import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createScriptedTool } from '../../agents/scripted/scripted-tool.ts';
import { resultLineOf } from '../../contract/result-line.ts';
import type { ResultStatus, RunState } from '../../contract/run.ts';
import type { RunView } from '../../contract/run-view.ts';
import type { Compilation } from '../../language/compile.ts';
import { createQueueInterviewer } from '../../people/queue.ts';
import { scriptedBackend } from '../backends.ts';
import { makeFolder } from '../text-file.ts';
import { Orchestra } from '../orchestra.ts';
import { openRecording } from '../recording.ts';
import type { Session } from '../session.ts';
import type { Failure, Tested } from './expectations.ts';
import { differenceFailure } from './replay-failure.ts';
import type { ReadTest } from './read-test.ts';

export interface TestEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What a run that comes to rest in a state exits with. */
  readonly exitCodeOf: (state: RunState) => number;
}

export interface TestRun {
  readonly tested: Tested;
  /** What went wrong beside the expectations. */
  readonly problems: readonly Failure[];
}

const defaultTimeoutSeconds = 300;

/**
 * Runs the pipeline of a test in a home of its own, which is removed afterwards. No agent is started: nodes are answered
 * by the script, or everything by a recording.
 * @param look called with what it came to, while the run can still be read
 */
export async function runTest<T>(
  read: ReadTest,
  environment: TestEnvironment,
  look: (run: TestRun) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'orchestra-test-'));
  try {
    const handlers = read.test.tools === 'scripted' ? { tool: createScriptedTool(read.script.entries) } : {};
    const orchestra = await Orchestra.open({
      cwd: read.folder,
      env: { ...environment.env, ORCHESTRA_HOME: join(home, 'state') },
      extensions: { handlers },
    });
    try {
      return await look(await walk(read, environment, orchestra, home));
    } finally {
      await orchestra.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function walk(
  read: ReadTest,
  environment: TestEnvironment,
  orchestra: Orchestra,
  home: string,
): Promise<TestRun> {
  const { test, folder } = read;
  const { pipeline, goal } = test;
  const compilation = await orchestra.compileFile(resolve(folder, pipeline), { shownPath: pipeline, goal });
  const { diagnostics } = compilation;
  if (!compilation.ok) {
    return { tested: { status: 'fail', exitCode: environment.exitCodeOf('failed'), diagnostics }, problems: [] };
  }
  const walked = await (test.recorded === undefined
    ? walkScripted(read, orchestra, compilation, home)
    : walkRecorded(test.recorded, read, orchestra, compilation));
  const { view, state, problems, session } = walked;
  const tested: Tested = {
    status: statusOf(view, state),
    exitCode: environment.exitCodeOf(state),
    diagnostics,
    run: { view, output: (node) => outputOf(session, view, node) },
  };
  return { tested, problems };
}

interface Walked {
  readonly session: Session;
  readonly view: RunView;
  /** The state the run came to; of a replay that is cut off, that of its source. */
  readonly state: RunState;
  readonly problems: readonly Failure[];
}

async function walkScripted(
  { test, folder, script, answers }: ReadTest,
  orchestra: Orchestra,
  compilation: Compilation,
  home: string,
): Promise<Walked> {
  const cwd = test.cwd === undefined ? join(home, 'work') : resolve(folder, test.cwd);
  if (test.cwd === undefined) await makeFolder(cwd);
  const { session } = await orchestra.start({
    file: test.pipeline,
    compilation,
    inputs: test.inputs,
    backend: scriptedBackend,
    script: script.text,
    cwd,
    interviewer: answers && createQueueInterviewer(answers),
  });
  const { view, problems } = await endOf(session, test.timeout);
  return { session, view, state: view.state, problems };
}

async function walkRecorded(
  recorded: string,
  { test, folder }: ReadTest,
  orchestra: Orchestra,
  compilation: Compilation,
): Promise<Walked> {
  const recording = await openRecording(resolve(folder, recorded), recorded);
  const { session, report } = await orchestra.replay({ ...recording, edited: compilation, cwd: folder });
  const { view, problems } = await endOf(session, test.timeout);
  const { difference, equal, whole, source } = await report;
  return {
    session,
    view,
    state: equal && !whole ? source.state : view.state,
    problems: difference ? [...problems, differenceFailure(difference)] : problems,
  };
}

/** Waits for the end of a session, and ends it where it takes too long. */
async function endOf(session: Session, timeout = defaultTimeoutSeconds): Promise<Pick<Walked, 'view' | 'problems'>> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    session.cancel(`the test allows ${timeout} s`);
  }, timeout * 1000);
  try {
    const { view } = await session.done;
    const late: Failure = {
      path: ['timeout'],
      expected: timeout,
      actual: null,
      message: 'the run did not end in time',
    };
    return { view, problems: isLate ? [late] : [] };
  } finally {
    clearTimeout(timer);
  }
}

/** A run that was killed has none, and a replay of it leads no further. */
function statusOf(view: RunView, state: RunState): ResultStatus {
  return resultLineOf({ ...view, state })?.status ?? 'cancelled';
}

/** An answer, else an output too long for the context, else a short one. */
async function outputOf(session: Session, view: RunView, node: string): Promise<string | undefined> {
  for (const name of [`${node}.response`, `${node}.output`]) {
    const content = await session.artifact(name);
    if (typeof content === 'string') return content;
  }
  const output = view.context[`tools.${node}.output`];
  return typeof output === 'string' ? output : undefined;
}
