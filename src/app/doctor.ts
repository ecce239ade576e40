import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../shared/errors.ts';
import { agentRegistry } from './backends.ts';
import { Orchestra } from './orchestra.ts';

export interface Finding {
  readonly subject: string;
  readonly ok: boolean;
  /** Whether Orchestra can work without it. */
  readonly required: boolean;
  readonly detail: string;
}

/** Looks at everything Orchestra needs or could use on this machine. Starts no agent session. */
export async function examineMachine(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Finding[]> {
  return [
    {
      subject: 'node',
      ok: Number(process.versions.node.split('.')[0]) >= 24,
      required: true,
      detail: process.versions.node,
    },
    await examineGit(),
    await examineJournal(cwd, env),
    ...(await examineAgents(env)),
  ];
}

async function examineGit(): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version']);
    return { subject: 'git', ok: true, required: false, detail: stdout.trim() };
  } catch (thrown) {
    return { subject: 'git', ok: false, required: false, detail: messageOf(thrown) };
  }
}

async function examineJournal(cwd: string, env: Readonly<Record<string, string | undefined>>): Promise<Finding> {
  try {
    const orchestra = await Orchestra.open({ cwd, env, isNew: false });
    const runs = await orchestra.runs({ limit: 1 });
    await orchestra.close();
    const { home } = orchestra.project;
    return {
      subject: 'journal',
      ok: true,
      required: true,
      detail: `${home}${runs.length === 0 ? ' (no runs yet)' : ''}`,
    };
  } catch (thrown) {
    return { subject: 'journal', ok: false, required: true, detail: messageOf(thrown) };
  }
}

async function examineAgents(env: Readonly<Record<string, string | undefined>>): Promise<readonly Finding[]> {
  return Promise.all(
    [...agentRegistry({}, env)].map(async ([subject, adapter]) => {
      const { available, version, path, reason } = await adapter.detect();
      const detail = [version, path, reason].filter((part) => part !== undefined).join(' ') || 'built in';
      return { subject: `agent ${subject}`, ok: available, required: false, detail };
    }),
  );
}
