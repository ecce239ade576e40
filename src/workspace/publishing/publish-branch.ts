import type { WorkspaceEvent } from '../../contract/event.ts';
import { messageOf, OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { Redactor } from '../../shared/redaction.ts';
import { withoutCredentials } from './remote-address.ts';

export interface BranchPublication {
  /** Name of the repository. */
  readonly repo: string;
  /** Address of the remote, which may hold a password: none is told or recorded. */
  readonly remote: string;
  /** Pushes one branch to a branch of the same name; does nothing where it stands there already. */
  push(branch: string): Promise<void>;
  emit(event: PushEvent): Promise<void>;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
}

export type PushEvent = Extract<WorkspaceEvent, { readonly type: 'SessionBranchPushed' | 'SessionBranchPushFailed' }>;

/**
 * Pushes one branch, and records what came of it.
 * @returns why it does not stand at the remote; undefined where it does. It rejects where it is aborted.
 */
export async function publishBranch(
  { repo, remote: address, push, emit, redactor, signal }: BranchPublication,
  branch: string,
): Promise<OrchestraError | undefined> {
  const remote = withoutCredentials(address);
  const told = { repo, branch, remote };
  try {
    await push(branch);
  } catch (error) {
    signal.throwIfAborted();
    const reason = redactor.text(withoutCredentials(messageOf(error)));
    await emit({ type: 'SessionBranchPushFailed', ...told, error: reason });
    if (error instanceof OrchestraError) return new OrchestraError(error.code, reason, { hint: error.hint });
    return new OrchestraError('PUBLISH_PUSH_FAILED', `${branch} could not be pushed to ${remote}: ${reason}`);
  }
  failpoint('publish:pushed');
  await emit({ type: 'SessionBranchPushed', ...told });
  return undefined;
}
