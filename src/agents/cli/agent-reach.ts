import { isAbsolute, join } from 'node:path';
import type { OpenSession } from '../../engine/ports/agent.ts';
import type { ProgramReach, ProgramState } from '../../shared/process/confinement.ts';
import type { CliAgent, CliAgentOptions } from './cli-agent.ts';

/** What an agent needs of the machine inside its sandbox: its own state, and the folder of this attempt. */
export function reachOf(
  { state }: Pick<CliAgent, 'state'>,
  env: Readonly<Record<string, string>>,
  { options, request }: { readonly options: CliAgentOptions; readonly request: OpenSession },
): ProgramReach {
  const { HOME: home } = env;
  const below = (names: readonly string[], kind: ProgramState['kind']): readonly ProgramState[] =>
    home === undefined ? [] : names.map((name) => ({ path: join(home, name), kind }));
  const named = (state.variables ?? []).flatMap((name) => {
    const path = env[name];
    return path !== undefined && isAbsolute(path) ? [{ path, kind: 'folder' as const }] : [];
  });
  return {
    readOnly: options.permissions === 'read-only',
    state: [...below(state.folders, 'folder'), ...below(state.files ?? [], 'file'), ...named],
    writable: [request.services.attemptDir],
  };
}
