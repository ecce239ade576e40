import type { AgentAdapter, AgentEvent, AgentSession, OpenSession } from '../../../engine/ports/agent.ts';
import { runCliTurn } from '../cli-turn.ts';
import { sessionUuid } from '../session-uuid.ts';
import { claudeArguments, claudeEnvironment } from './command-line.ts';
import { defaultExecutable, detectClaudeCode } from './detection.ts';
import { ClaudeTranscript } from './event-parser.ts';
import type { ClaudeCodeOptions } from './options.ts';

/**
 * Claude Code as an agent: one process for each prompt, all turns in one session of its own. A fresh session gets an id
 * derived from ours before it starts, so a crash cannot lose it; it is continued from the same folder and HOME.
 */
export function createClaudeCodeAdapter(options: ClaudeCodeOptions): AgentAdapter {
  return {
    specVersion: 'agent-v1',
    id: 'claude-code',
    toolHooks: 'run',
    detect: () => detectClaudeCode(options),
    open: async (request) => new ClaudeCodeSession(options, request),
  };
}

class ClaudeCodeSession implements AgentSession {
  readonly #options: ClaudeCodeOptions;
  readonly #request: OpenSession;
  #id: string;
  /** Whether the agent has the session on its disk. */
  #known: boolean;

  constructor(options: ClaudeCodeOptions, request: OpenSession) {
    this.#options = options;
    this.#request = request;
    this.#id = request.resume ?? sessionUuid(request.sessionId);
    this.#known = request.resume !== undefined;
  }

  get id(): string {
    return this.#id;
  }

  async *prompt(text: string, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    const options = this.#options;
    const request = this.#request;
    const reader = new ClaudeTranscript({ cwd: request.cwd, resumed: this.#known });
    const turn = {
      executable: options.executable ?? defaultExecutable,
      args: claudeArguments(options, request, { id: this.#id, known: this.#known }),
      env: claudeEnvironment(options, request),
      stdin: text,
      reader,
    };
    for await (const event of runCliTurn(turn, request, signal)) {
      if (event.type === 'AgentSessionStarted') {
        this.#id = event.sessionId;
        this.#known = true;
      }
      yield event;
    }
  }

  /** Nothing to do: between prompts no process runs. */
  async close(): Promise<void> {}
}
