import { OrchestraError } from '../../shared/errors.ts';
import { BoundedText } from '../../shared/process/bounded-text.ts';
import { allowedEnvironment } from '../../shared/process/environment.ts';
import { exitFacts, startGroup } from '../../shared/process/process-group.ts';
import { withoutSecrets } from '../../shared/process/without-secrets.ts';
import type { Provider, LocalWrites } from '../llm/providers/provider.ts';
import type { Toolbox } from '../tools/tool.ts';
import type { GuardedToolbox, SessionPlace } from './guarded-toolbox.ts';
import { WorkTree } from './work-tree.ts';

/**
 * The toolbox with the conditions of `allow_local_writes` around it: in a git worktree, within the limit of changed lines,
 * and with a command that must succeed in the end, if anything was changed.
 * @throws OrchestraError LOCAL_WRITES_REFUSED
 */
export async function guardedWrites(
  toolbox: Toolbox,
  { name: provider }: Pick<Provider, 'name'>,
  conditions: LocalWrites,
  { request, baseEnv }: SessionPlace,
): Promise<GuardedToolbox> {
  const { cwd, services } = request;
  const tree = await WorkTree.open({ cwd, ownFolder: services.attemptDir, env: baseEnv });
  if (!tree) {
    const message = `models of ${provider} may change files in a git worktree only, and ${cwd} is in none`;
    throw new OrchestraError('LOCAL_WRITES_REFUSED', message);
  }
  const readers = new Set(toolbox.tools.filter(({ access }) => access === 'read').map(({ name }) => name));
  return {
    toolbox: {
      tools: toolbox.tools,
      async call(name, input, context) {
        const result = await toolbox.call(name, input, context);
        const problem = readers.has(name) ? undefined : await excessOf(tree, conditions);
        return problem === undefined
          ? result
          : { ...result, text: `${result.text}\n\n${problem}: undo what is not needed`, isError: true };
      },
      close: () => toolbox.close(),
    },
    async verify(signal) {
      const { lines, binary } = await tree.changes();
      if (lines === 0 && binary === undefined) return undefined;
      return (await excessOf(tree, conditions)) ?? verdictOf(conditions.verify, { request, baseEnv }, signal);
    },
  };
}

async function excessOf(tree: WorkTree, { diffLimit }: LocalWrites): Promise<string | undefined> {
  const { lines, binary } = await tree.changes();
  if (binary !== undefined) return `the file ${binary} is no text, and local models may change texts only`;
  return lines > diffLimit ? `${lines} changed lines are more than the ${diffLimit} of local_diff_limit` : undefined;
}

const toldOutput = 2 * 1024;

async function verdictOf(
  command: string,
  { request: { cwd, services }, baseEnv }: SessionPlace,
  signal: AbortSignal,
): Promise<string | undefined> {
  const group = await startGroup({
    command: '/bin/sh',
    args: ['-c', command],
    cwd,
    env: allowedEnvironment({ base: baseEnv }),
    operation: `${services.runId}/${services.key}`,
    signal,
    onStarted: (facts) => services.emit({ type: 'ProcessStarted', ...facts, command }),
  });
  const tail = (stream: AsyncIterable<Uint8Array>): Promise<BoundedText> =>
    BoundedText.of(withoutSecrets(stream, services.redactor.stream()), 0, toldOutput);
  const [exit, ...outputs] = await Promise.all([group.exited, tail(group.stdout), tail(group.stderr)]);
  await services.emit({ type: 'ProcessExited', ...exitFacts(group, exit) });
  signal.throwIfAborted();
  if (exit.exitCode === 0) return undefined;
  const said = outputs.map((output) => output.text().trim()).filter((text) => text !== '');
  return [`local_verify failed (${exit.signal ?? `exit code ${exit.exitCode}`})`, ...said].join(': ');
}
