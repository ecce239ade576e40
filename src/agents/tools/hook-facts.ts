/** The facts of a tool call, as agents put them on the standard input of a hook. */
export interface HookFacts {
  readonly tool_name?: unknown;
  readonly tool_use_id?: unknown;
  readonly tool_input?: unknown;
  /** Behind the call only. */
  readonly tool_response?: unknown;
}

/** How each failing hook is told of (9.7). */
export const hookEffects = { pre: 'tool_hooks.pre skipped this tool call', post: 'tool_hooks.post failed' } as const;

/** What a user's hook finds in its environment: texts as they are, everything else as JSON, cut at 32,000 characters. */
export function hookVariables(facts: HookFacts): Record<string, string> {
  return {
    ORCHESTRA_TOOL_NAME: textOf(facts.tool_name),
    ORCHESTRA_TOOL_CALL_ID: textOf(facts.tool_use_id),
    ORCHESTRA_TOOL_INPUT: textOf(facts.tool_input),
    ...(facts.tool_response !== undefined && { ORCHESTRA_TOOL_RESULT: textOf(facts.tool_response) }),
  };
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.slice(0, 32_000).replaceAll('\0', '');
}

/** Characters of its output. Cut at a line, as a secret cut in two is found by nobody: the hook program knows no secrets itself. */
const outputLimit = 2_000;

/** The end of what a hook printed, for the event of its failure. */
export function endOfHookOutput(output: string): string {
  if (output.length <= outputLimit) return output;
  const end = output.slice(-outputLimit);
  const line = end.indexOf('\n');
  return line === -1 ? `[a line of ${output.length} characters]` : end.slice(line + 1);
}
