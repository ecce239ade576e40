import { methods, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';
import type { OpenSession } from '../../engine/ports/agent.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { AcpAgent } from './acp-agent.ts';
import type { AgentClient } from './agent-client.ts';
import type { AcpSettings } from './acp-program.ts';
import { authenticationRequired, unknownMethod, unsupportedVersion } from './error-codes.ts';
import * as shapes from './message-shapes.ts';
import { SessionSettings } from './session-settings.ts';
import { NoProtocol, TurnProblem } from './turn-problem.ts';

export interface SessionWanted {
  readonly agent: AcpAgent;
  readonly settings: AcpSettings;
  readonly request: Pick<OpenSession, 'cwd' | 'reasoningEffort'>;
  /** The agent's session to go on in. */
  readonly known: string | undefined;
}

/** How long an agent is silent when the history of a session is at its end. */
const historyMs = 150;

/**
 * Introduces us to the agent.
 * @throws NoProtocol
 */
export async function introduce(agent: AcpAgent, client: AgentClient): Promise<shapes.Initialized> {
  const answer = await client.initialize().catch((error: unknown) => {
    if (error instanceof RequestError && (error.code === unknownMethod || error.code === unsupportedVersion))
      throw new NoProtocol(
        `${agent.name} does not speak version ${PROTOCOL_VERSION} of the Agent Client Protocol: ${error.message}`,
        {},
        error,
      );
    throw error;
  });
  const { success, data } = shapes.initialized.safeParse(answer);
  if (!success) throw new NoProtocol(`${agent.name} answered initialize with something else than the protocol has`);
  if (data.protocolVersion === PROTOCOL_VERSION) return data;
  throw new NoProtocol(
    `${agent.name} speaks version ${data.protocolVersion} of the Agent Client Protocol, Orchestra version ${PROTOCOL_VERSION}`,
  );
}

/** Opens the session, and makes it what it shall be. The id is the agent's. */
export async function setUpSession(
  client: AgentClient,
  abilities: shapes.Initialized,
  wanted: SessionWanted,
): Promise<string> {
  const { sessionId, state } = await openedSession(client, abilities, wanted);
  await new SessionSettings(client, sessionId, wanted).apply(state);
  return sessionId;
}

interface OpenedSession {
  readonly sessionId: string;
  readonly state: shapes.SessionState;
}

async function openedSession(
  client: AgentClient,
  abilities: shapes.Initialized,
  { agent, settings, request: { cwd }, known }: SessionWanted,
): Promise<OpenedSession> {
  const place = { cwd, mcpServers: [] };
  if (known !== undefined) return continued(client, abilities, known, { ...place, sessionId: known });
  const meta = agent.program.sessionMeta?.(settings);
  const answer = await client.request(methods.agent.session.new, { ...place, ...(meta && { _meta: meta }) });
  const fresh = shapes.freshSession.safeParse(answer);
  if (!fresh.success) throw new TurnProblem(`${agent.name} opened a session without an id`);
  return { sessionId: fresh.data.sessionId, state: stateIn(answer) };
}

/** Resuming spares the history; not all can. Whatever is answered but a missing sign-in, this session is not to be had. */
async function continued(
  client: AgentClient,
  { agentCapabilities }: shapes.Initialized,
  sessionId: string,
  params: object,
): Promise<OpenedSession> {
  const { resume, load } = methods.agent.session;
  const lost = (reason: string, cause?: unknown): TurnProblem =>
    new TurnProblem(`session ${sessionId} cannot be continued: ${reason}`, { sessionLost: true }, cause);
  const canResume = Boolean(agentCapabilities?.sessionCapabilities?.resume);
  if (!canResume && agentCapabilities?.loadSession !== true) throw lost('the agent continues none');
  const answer = await client.request(canResume ? resume : load, params).catch((error: unknown) => {
    if (!(error instanceof RequestError) || error.code === authenticationRequired) throw error;
    throw lost(error.message, error);
  });
  // Some go on telling its history after they have loaded it.
  if (!canResume) await client.quiet(historyMs);
  return { sessionId, state: stateIn(answer) };
}

function stateIn(answer: JsonObject): shapes.SessionState {
  return shapes.sessionState.safeParse(answer).data ?? {};
}
