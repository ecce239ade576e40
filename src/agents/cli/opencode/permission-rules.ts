import type { CliAgentOptions } from '../cli-agent.ts';

type Action = 'allow' | 'deny';
export type PermissionRules = Readonly<Record<string, Action | Readonly<Record<string, Action>>>>;

/**
 * Rules as opencode has them, of which the last that fits counts; they are merged over the user's own. Nothing is left
 * to be asked: a question that nobody answers would end the turn, a denial is told to the model. Undefined where
 * everything is allowed.
 */
export function permissionRules({
  permissions,
  allowedTools = [],
}: Pick<CliAgentOptions, 'permissions' | 'allowedTools'>): PermissionRules | undefined {
  if (permissions === 'full') return undefined;
  const rules = permissions === 'read-only' ? reading : { ...reading, edit: 'allow' as const };
  return allowedTools.reduce(withRule, rules);
}

/** A name or pattern, say of a tool of MCP, is one of the rest: `*` denies it. */
const reading: PermissionRules = {
  '*': 'deny',
  read: { '*': 'allow', '*.env': 'deny', '*.env.*': 'deny', '*.env.example': 'allow' },
  glob: 'allow',
  grep: 'allow',
  list: 'allow',
  lsp: 'allow',
  skill: 'allow',
  task: 'allow',
  todoread: 'allow',
  todowrite: 'allow',
  // Said again, since the user's rules for these may be finer than `*` and come after it.
  edit: 'deny',
  bash: 'deny',
  external_directory: 'deny',
};

/** `bash(npm test *)` allows commands of that form, `webfetch` everything of that name. */
function withRule(rules: PermissionRules, rule: string): PermissionRules {
  const [, name = rule, pattern] = /^(\w+)\((.*)\)$/.exec(rule) ?? [];
  if (pattern === undefined) return { ...rules, [name]: 'allow' };
  const before = rules[name] ?? 'deny';
  const patterns = typeof before === 'string' ? { '*': before } : before;
  return { ...rules, [name]: { ...patterns, [pattern]: 'allow' } };
}
