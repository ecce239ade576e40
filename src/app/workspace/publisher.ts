import type { StepEvent } from '../../contract/event.ts';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import type { Companion } from '../../runtime/local/options.ts';
import { Git } from '../../workspace/git/git.ts';
import { pushBranch } from '../../workspace/git/remote.ts';
import { withoutCredentials } from '../../workspace/publishing/remote-address.ts';
import { branchName, workspaceScope } from '../../workspace/session/scopes.ts';
import { messageOf } from '../../shared/errors.ts';
import { publishRun, usualRemote, type PublishingParts } from './publish-run.ts';

/** Branches of a run go out beside its walk, which never waits for a remote before its end. */
export class Publisher implements Companion {
  readonly #parts: PublishingParts;
  readonly #row: RunRow;
  readonly #plan: WorkspacePlan;
  readonly #emit: (event: StepEvent) => Promise<void>;
  readonly #git: Git;
  /** The push under way, and whether another is wanted after it. */
  #pushing: Promise<void> | undefined;
  #isWantedAgain = false;

  constructor(row: RunRow, plan: WorkspacePlan, parts: PublishingParts, emit: (event: StepEvent) => Promise<void>) {
    this.#row = row;
    this.#plan = plan;
    this.#parts = parts;
    this.#emit = emit;
    this.#git = new Git({ env: parts.configuration.env });
  }

  /** Something was committed: what is pushed on checkpoints goes out soon. However often this is said, one push follows another. */
  checkpoint(): void {
    if (this.#pushing) {
      this.#isWantedAgain = true;
      return;
    }
    this.#pushing = this.#pushAll().then(() => {
      this.#pushing = undefined;
      if (!this.#isWantedAgain) return;
      this.#isWantedAgain = false;
      this.checkpoint();
    });
    // What could not be recorded is told to whoever ends the run; until then this is no unhandled failure.
    this.#pushing.catch(() => undefined);
  }

  async end(state: RunRow['state']): Promise<void> {
    this.#isWantedAgain = false;
    await this.#pushing;
    if (state !== 'completed') return;
    const { signal } = new AbortController();
    const request = { row: { ...this.#row, state }, plan: this.#plan, signal };
    const published = await publishRun(this.#parts, { ...request, emit: (event) => this.#emit(event) });
    for (const { repo, problem } of published) {
      if (problem) await this.#emit({ type: 'WorkspaceNotice', message: `${repo}: ${problem.message}` });
    }
  }

  async #pushAll(): Promise<void> {
    for (const repository of this.#plan.repositories) {
      if (repository.push !== 'on_checkpoint') continue;
      const branch = branchName(this.#plan, repository, workspaceScope(this.#plan, ''));
      const { path, remote = usualRemote, name: repo } = repository;
      const told = { repo, branch, remote: withoutCredentials(remote) };
      try {
        const pushed = await pushBranch(this.#git, {
          repository: path,
          remote,
          branch,
          isOwn: true,
          hooks: this.#plan.hooks,
        });
        if (pushed === 'pushed') await this.#emit({ type: 'SessionBranchPushed', ...told });
      } catch (thrown) {
        // The next checkpoint tries again, and the end of the run.
        await this.#emit({ type: 'SessionBranchPushFailed', ...told, error: messageOf(thrown) });
      }
    }
  }
}
