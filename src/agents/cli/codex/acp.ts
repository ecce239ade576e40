import type { AcpProgram, EndedTurn, FailedTurn } from '../../acp/acp-program.ts';
import { soundsPassing } from '../../acp/failure-text.ts';

/** Over its adapter, which brings a Codex of its own unless CODEX_PATH names another. */
export const codexAcp: AcpProgram = {
  adapter: {
    executable: 'codex-acp',
    installHint: 'Install it with `npm install -g @agentclientprotocol/codex-acp` and sign in with `codex login`.',
    triedVersion: '2.6.0',
  },
  variables: ['CODEX_PATH'],
  arguments: () => [],
  environment: ({ agentExecutable }): Record<string, string> =>
    agentExecutable === undefined ? {} : { CODEX_PATH: agentExecutable },
  // Its own default asks a model what is safe.
  modes: { 'read-only': 'read-only', 'workspace-write': 'workspace-write', full: 'agent-full-access' },
  failedTurn,
};

/** What went wrong stands where the answer would, in no message of the model, and nothing was used. */
function failedTurn({ answer, lastPiece, isOfMessage }: EndedTurn): FailedTurn | undefined {
  if (answer['stopReason'] !== 'end_turn' || answer['usage'] !== null || isOfMessage) return undefined;
  const error = lastPiece.trim();
  return { error: error === '' ? 'no model has answered' : error, transient: soundsPassing(error) };
}
