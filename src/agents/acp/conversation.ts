import type { AgentEvent, AgentResult, OpenSession } from '../../engine/ports/agent.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Failure } from '../cli/turn-failure.ts';
import type { AcpAgent } from './acp-agent.ts';
import type { AcpSettings } from './acp-program.ts';
import { AgentClient } from './agent-client.ts';
import { failureOf, failureOfStop, withoutAnswer, type AgentEnding } from './agent-failure.ts';
import * as shapes from './message-shapes.ts';
import type { AgentStreams } from './message-stream.ts';
import type { AnswerPermission } from './permission-question.ts';
import type { PoliteStop } from './polite-stop.ts';
import { introduce, setUpSession } from './session-setup.ts';
import { NoProtocol, TurnProblem } from './turn-problem.ts';
import { TurnTranscript } from './turn-transcript.ts';
import { workingFiles } from './working-files.ts';

/** One prompt to an agent, whatever process it runs in. */
export interface Prompt {
  readonly agent: AcpAgent;
  readonly settings: AcpSettings;
  readonly text: string;
  /** The agent's session to go on in; absent begins one. */
  readonly known: string | undefined;
  readonly answer: AnswerPermission;
  /** Until the agent has introduced itself and opened the session, in milliseconds. */
  readonly startMs: number;
}

export interface Surroundings {
  readonly streams: AgentStreams;
  readonly request: OpenSession;
  readonly signal: AbortSignal;
  readonly stop: PoliteStop;
}

/** What is said in one turn: the introduction, the session, the prompt, and what came of it. */
export class Conversation {
  readonly #prompt: Prompt;
  readonly #around: Surroundings;
  readonly #transcript: TurnTranscript;
  readonly #client: AgentClient;
  #isIntroduced = false;
  #outcome: { readonly answer: JsonObject } | { readonly error: unknown } = {
    error: new Error('not heard to its end'),
  };

  constructor(prompt: Prompt, around: Surroundings) {
    const { agent, settings, known, answer } = prompt;
    const { cwd, services } = around.request;
    this.#prompt = prompt;
    this.#around = around;
    this.#transcript = new TurnTranscript({ agent, cwd, resumed: known !== undefined, redactor: services.redactor });
    const { permissions } = settings;
    // Who may do everything needs nobody to read and write for it.
    const offered = permissions === 'full' ? 'none' : (agent.program.files ?? 'both');
    const files = { both: offered === 'both', access: workingFiles(cwd, permissions !== 'read-only') };
    this.#client = new AgentClient(around.streams, {
      transcript: this.#transcript,
      answer,
      signal: around.signal,
      ...(offered !== 'none' && { files }),
    });
  }

  async *events(): AsyncGenerator<AgentEvent> {
    try {
      const sessionId = await this.#inTime(this.#openSession());
      yield this.#started(sessionId);
      const answered = this.#client.prompt(sessionId, this.#prompt.text);
      // Heard of below, when everything has been told that came before.
      answered.catch(() => undefined);
      this.#around.stop.asks(() => this.#client.cancel(sessionId));
      yield* this.#client.events;
      this.#outcome = { answer: await answered };
    } catch (error) {
      this.#outcome = { error };
      yield* this.#client.rest();
    }
  }

  /** What was left untold, what the turn used, how it ended. Throws NoProtocol where the program does not speak it. */
  conclude(ending: AgentEnding): readonly AgentEvent[] {
    const outcome = this.#outcome;
    const failed = 'error' in outcome ? this.#broken(outcome.error, ending) : this.#endedBadly(outcome.answer);
    const usage = this.#transcript.usage('answer' in outcome ? outcome.answer : undefined);
    const clean = (text: string): string => this.#around.request.services.redactor.text(text);
    const result: AgentResult = failed
      ? { ...failed, error: clean(failed.error) }
      : { type: 'result', ok: true, text: clean(this.#transcript.text) };
    return [
      ...this.#transcript.untold(),
      ...(usage ? [{ type: 'AgentUsage', ...usage } as const] : []),
      { ...result, ...(usage && { usage }) },
    ];
  }

  async #openSession(): Promise<string> {
    const { agent, settings, known } = this.#prompt;
    const abilities = await introduce(agent, this.#client);
    this.#isIntroduced = true;
    return setUpSession(this.#client, abilities, { agent, settings, known, request: this.#around.request });
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    const { agent, startMs } = this.#prompt;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const silence = `${agent.name} has not opened a session within ${startMs / 1000} seconds`;
    const timer = setTimeout(() => reject(new TurnProblem(silence, { transient: true })), startMs);
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #started(sessionId: string): AgentEvent {
    const { agent, settings, known } = this.#prompt;
    const { model } = settings;
    const resumed = known !== undefined;
    return { type: 'AgentSessionStarted', agent: agent.id, sessionId, ...(model !== undefined && { model }), resumed };
  }

  #broken(error: unknown, ending: AgentEnding): Failure {
    const { agent } = this.#prompt;
    if (error instanceof NoProtocol) throw error;
    const known = failureOf(agent, error);
    if (known) return known;
    // To go away instead of answering is all that a program does which does not know the protocol.
    if (!this.#isIntroduced) throw new NoProtocol(withoutAnswer(agent, ending), {}, error);
    return new TurnProblem(withoutAnswer(agent, ending)).failure;
  }

  #endedBadly(answer: JsonObject): Failure | undefined {
    const { agent } = this.#prompt;
    const { text, lastPiece, isOfMessage, lastDenied } = this.#transcript;
    const own = agent.program.failedTurn?.({ text, lastPiece, isOfMessage, answer });
    if (own) return new TurnProblem(`${agent.name}: ${own.error}`, { transient: own.transient }).failure;
    const stopped = failureOfStop(agent, shapes.promptAnswer.safeParse(answer).data?.stopReason);
    if (stopped || lastDenied === undefined) return stopped;
    return new TurnProblem(`${agent.name} gave up when it was denied ${lastDenied}`).failure;
  }
}
