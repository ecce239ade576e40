import type { Permissions } from '../../../engine/ports/agent.ts';
import type { CliAgentOptions } from '../cli-agent.ts';

/** What no rule denies is done. The first rule that fits counts, so those of the user stand before ours. */
export function permissionArguments({
  permissions = 'workspace-write',
  allowedTools = [],
}: Pick<CliAgentOptions, 'permissions' | 'allowedTools'>): readonly string[] {
  const denied = deniedTools[permissions].map((tool) => `${tool}:deny`);
  return [...allowedTools, ...denied].flatMap((rule) => ['--permission', rule]);
}

/** A shell may do everything. */
const shellTools = ['launch-process', 'write-process', 'kill-process'];
const changingTools = ['save-file', 'str-replace-editor', 'apply_patch', 'remove-files'];

const deniedTools: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': [...shellTools, ...changingTools],
  'workspace-write': shellTools,
  full: [],
};
