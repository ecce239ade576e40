import type { AgentAdapter } from '../engine/ports/agent.ts';
import { messageOf } from '../shared/errors.ts';
import { inspectSandboxes } from '../workspace/sandbox/inspect-sandboxes.ts';
import { agentRegistry } from './agent-registry.ts';
import { defaultConfiguration, type Configuration, type Environment } from './configuration/configuration.ts';
import { examineCxdb } from './examine-cxdb.ts';
import { examineGit, examineWorkspaces } from './examine-workspaces.ts';
import type { Finding } from './finding.ts';
import { Orchestra } from './orchestra.ts';

/** Looks at everything Orchestra needs or could use on this machine. Starts no agent session. */
export async function examineMachine(cwd: string, env: Environment): Promise<readonly Finding[]> {
  const git = await examineGit(cwd, env);
  const { findings, configuration } = await examineProject(cwd, env, git.ok);
  return [
    examineNode(process.versions.node),
    git,
    ...findings,
    ...(await examineSandboxes(env)),
    ...(await examineAgents(agentRegistry({ extensions: {}, configuration }))),
  ];
}

function examineNode(version: string): Finding {
  return { subject: 'node', ok: Number.parseInt(version, 10) >= 24, required: true, detail: version };
}

interface ProjectFindings {
  readonly findings: readonly Finding[];
  /** The defaults where the project's own cannot be read. */
  readonly configuration: Configuration;
}

async function examineProject(cwd: string, env: Environment, hasGit: boolean): Promise<ProjectFindings> {
  try {
    const orchestra = await Orchestra.open({ cwd, env, isNew: false });
    try {
      const runs = await orchestra.runs({ limit: 1 });
      const { configuration, project } = orchestra;
      const detail = `${project.home}${runs.length === 0 ? ' (no runs yet)' : ''}`;
      const journal = { subject: 'journal', ok: true, required: true, detail };
      const workspaces = hasGit ? await examineWorkspaces(orchestra, cwd) : [];
      return { findings: [journal, ...(await examineCxdb(orchestra)), ...workspaces], configuration };
    } finally {
      await orchestra.close();
    }
  } catch (thrown) {
    const finding = { subject: 'journal', ok: false, required: true, detail: messageOf(thrown) };
    return { findings: [finding], configuration: defaultConfiguration(cwd, env) };
  }
}

/** What agents and tools can be kept apart with, where the configuration asks for it. */
async function examineSandboxes(env: Environment): Promise<readonly Finding[]> {
  const reports = await inspectSandboxes(env);
  return reports.map(({ name, problem }) => ({
    subject: name === 'limits' ? 'limits' : `sandbox ${name}`,
    ok: problem === undefined,
    required: false,
    detail: problem ?? 'can be used',
  }));
}

async function examineAgents(agents: ReadonlyMap<string, AgentAdapter>): Promise<readonly Finding[]> {
  return Promise.all(
    [...agents].map(async ([subject, adapter]) => {
      const { available, version, path, reason } = await adapter.detect();
      const detail = [version, path, reason].filter((part) => part !== undefined).join(' ') || 'built in';
      return { subject: `agent ${subject}`, ok: available, required: false, detail };
    }),
  );
}
