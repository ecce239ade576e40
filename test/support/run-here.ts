import { onTestFinished } from 'vitest';
import { Orchestra } from '../../src/app/orchestra.ts';
import type { Session } from '../../src/app/session.ts';
import type { CliProject } from './cli.ts';
import type { ScriptedPipeline } from './writing-agents.ts';

/** The project opened in this process, until the test ends. */
export async function openHere(project: CliProject): Promise<Orchestra> {
  const orchestra = await Orchestra.open({ cwd: project.folder, env: project.environment });
  onTestFinished(() => orchestra.close());
  return orchestra;
}

/** Starts a run of scripted agents in this process. */
export async function startHere(
  orchestra: Orchestra,
  project: CliProject,
  { dot, script }: ScriptedPipeline,
): Promise<Session> {
  const file = project.write('pipeline.dot', dot);
  const compilation = await orchestra.compileFile(file);
  const { session } = await orchestra.start({
    ...{ file, compilation, cwd: project.folder, backend: 'scripted', script: JSON.stringify(script) },
  });
  return session;
}
