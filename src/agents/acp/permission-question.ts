import type { Json } from '../../shared/json.ts';

/** An agent asks whether it may do something. */
export interface PermissionQuestion {
  /** The agent's name of the tool, else the kind of call. */
  readonly tool: string;
  /** `read`, `edit`, `delete`, `move`, `search`, `execute`, `think`, `fetch`, `switch_mode` or `other`. */
  readonly kind: string;
  /** In the agent's words, for a person. */
  readonly title: string;
  readonly input: Json;
  /** Files it is about, absolute, as far as the agent names them. */
  readonly paths: readonly string[];
}

export type PermissionDecision = 'allow' | 'deny';

/** Who answers: a policy, a gate, a person. Rejections count as `deny`. */
export type AnswerPermission = (question: PermissionQuestion, signal: AbortSignal) => Promise<PermissionDecision>;
