import type { OpenSession } from '../../engine/ports/agent.ts';
import type { Toolbox } from '../tools/tool.ts';
import type { Conversations } from './conversation.ts';
import type { Providers } from './providers/provider.ts';

/** What every backend that talks to models itself is made of. */
export interface LlmBackendOptions {
  readonly providers: Providers;
  readonly conversations: Conversations;
  /** Whether only what needs no network may be asked. */
  readonly isOffline: () => Promise<boolean>;
  /** How often a request is repeated that failed with something that may pass; 2 unless given. */
  readonly maxRetries?: number;
}

/** What those with tools need beside it. */
export interface ToolBackendOptions extends LlmBackendOptions {
  /** The tools of a session, with its permissions and hooks around them. */
  readonly toolboxFor: (request: OpenSession) => Promise<Toolbox>;
  /** The environment of Orchestra, for programs that check what local models did. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Most answers of a model to one task; 50 unless given. */
  readonly maxTurns?: number;
}

/** Beyond this a model goes round in circles more likely than not. */
export const usualMaxTurns = 50;
