import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EventLine, Extensions, ResultLine, Run, RunOptions } from '../../src/index.ts';
import { run } from '../../src/index.ts';
import { fakeAgent, type FakeAgent, type FakeTurn } from './fake-agent.ts';

/** A pipeline with start and exit around these statements, as a source without a file. */
export function pipeline(statements: string, folder: string): { readonly path: string; readonly text: string } {
  const text = `digraph G { start [shape=Mdiamond]\n exit [shape=Msquare]\n ${statements} }`;
  return { path: join(folder, 'pipeline.dot'), text };
}

/** A temporary folder that is a project of its own, removed when the test ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orchestra-library-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Ended {
  readonly run: Run;
  readonly result: ResultLine;
  readonly events: readonly EventLine[];
  readonly agent: FakeAgent;
  readonly folder: string;
}

export interface Setup extends RunOptions {
  readonly folder?: string;
  /** What the agent of the run does; success with the node's id unless given. */
  readonly turn?: FakeTurn;
  readonly backends?: Extensions['backends'];
}

/** Options to run in `folder` with a fake agent as the backend. */
export function optionsFor(agent: FakeAgent, { folder, turn: _, backends, extensions, ...options }: Setup): RunOptions {
  return {
    cwd: folder ?? '.',
    env: { PATH: process.env['PATH'] },
    backend: 'fake',
    ...options,
    extensions: { ...extensions, backends: { fake: agent, ...backends } },
  };
}

/** Runs a pipeline of these statements through the library until it rests. */
export async function runToEnd(statements: string, setup: Setup = {}): Promise<Ended> {
  const folder = setup.folder ?? newFolder();
  const agent = fakeAgent(setup.turn ?? (({ request }) => request.call.nodeId));
  const started = await run(pipeline(statements, folder), optionsFor(agent, { ...setup, folder }));
  const events = await Array.fromAsync(started.events());
  return { run: started, result: await started.result, events, agent, folder };
}
