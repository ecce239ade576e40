import type { StepEvent } from '../../contract/event.ts';
import type { PlannedRepository, WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import type { Companion } from '../../runtime/local/options.ts';
import { Git } from '../../workspace/git/git.ts';
import { pushBranch } from '../../workspace/git/remote.ts';
import { resolveCommit } from '../../workspace/git/repository.ts';
import { publishBranch } from '../../workspace/publishing/publish-branch.ts';
import { branchName, workspaceScope } from '../../workspace/session/scopes.ts';
import { publishRun, type PublishingParts } from './publish-run.ts';
import { remoteOf, usualRemote } from './remotes.ts';

/** Branches of a run go out beside its walk, which never waits for a remote before its end. */
export class Publisher implements Companion {
  readonly #parts: PublishingParts;
  readonly #row: RunRow;
  readonly #plan: WorkspacePlan;
  readonly #emit: (event: StepEvent) => Promise<void>;
  readonly #stopping = new AbortController();
  readonly #git: Git;
  /** By repository, what its branch was when it was last pushed from here. */
  readonly #pushed = new Map<string, string>();
  /** The push under way, and whether another is wanted after it. */
  #pushing: Promise<void> | undefined;
  #isWantedAgain = false;

  constructor(row: RunRow, plan: WorkspacePlan, parts: PublishingParts, emit: (event: StepEvent) => Promise<void>) {
    this.#row = row;
    this.#plan = plan;
    this.#parts = parts;
    this.#emit = emit;
    this.#git = new Git({ env: parts.configuration.env, signal: this.#stopping.signal });
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
    if (state === 'cancelled') this.stop();
    try {
      await this.#pushing;
      if (state === 'completed') await this.#publish();
    } catch (thrown) {
      if (!this.#stopping.signal.aborted) throw thrown;
      const how = `\`orchestra publish ${this.#row.id}\` pushes what has not gone out`;
      await this.#emit({ type: 'WorkspaceNotice', message: `Pushing was broken off: ${how}.` });
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #publish(): Promise<void> {
    const { signal } = this.#stopping;
    const request = { row: { ...this.#row, state: 'completed' as const }, plan: this.#plan, signal };
    const published = await publishRun(this.#parts, { ...request, emit: (event) => this.#emit(event) });
    for (const { repo, problem } of published) {
      if (!problem) continue;
      const next = `${problem.hint} Then: orchestra publish ${this.#row.id}`;
      await this.#emit({ type: 'WorkspaceNotice', message: `${repo}: ${problem.message} (${problem.code}) ${next}` });
    }
  }

  async #pushAll(): Promise<void> {
    for (const repository of this.#plan.repositories) {
      if (repository.push === 'on_checkpoint') await this.#push(repository);
    }
  }

  /** The next checkpoint tries again what fails, and the end of the run. */
  async #push(planned: PlannedRepository): Promise<void> {
    const { name: repo, path: repository } = planned;
    const branch = branchName(this.#plan, planned, workspaceScope(this.#plan, ''));
    const head = await resolveCommit(this.#git, repository, `refs/heads/${branch}`);
    // Nothing new, and the remote need not be asked.
    if (head === undefined || head === this.#pushed.get(repo)) return;
    const failure = await publishBranch(
      {
        ...{ repo, remote: planned.remote ?? usualRemote },
        push: async (one) => {
          const { remote } = await remoteOf(this.#git, planned, this.#parts.configuration);
          await pushBranch(this.#git, { repository, remote, branch: one, isOwn: true, hooks: this.#plan.hooks });
        },
        emit: (event) => this.#emit(event),
        ...{ redactor: this.#parts.journal.redactor, signal: this.#stopping.signal },
      },
      branch,
    );
    if (!failure) this.#pushed.set(repo, head);
  }
}
