import type { RunView } from '../../contract/run-view.ts';
import type { PlannedRepository, WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import { foldRun } from '../../journal/folds/fold-run.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { Git } from '../../workspace/git/git.ts';
import { pushBranch } from '../../workspace/git/remote.ts';
import type { PublishedCommit } from '../../workspace/publishing/change-request-body.ts';
import { publish, type Published, type PublishEvent } from '../../workspace/publishing/publish.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { wholeView } from '../whole-view.ts';
import { remoteOf } from './remotes.ts';

export interface PublishingParts {
  readonly journal: Journal;
  readonly configuration: Pick<Configuration, 'env' | 'workspace'>;
}

export interface PublishRunRequest {
  readonly row: RunRow;
  readonly plan: WorkspacePlan;
  /** Also those whose branches are not to be pushed, and to a change request where none is configured. */
  readonly wanted?: Partial<WorkspacePlan['publish']> & { readonly remote?: string };
  readonly emit: (event: PublishEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface PublishedRepository extends Published {
  readonly repo: string;
}

/**
 * Pushes what a run did in its repositories, and opens change requests where that is wanted. Doing it again doubles nothing;
 * what fails is told in the answer.
 */
export async function publishRun(
  { journal, configuration }: PublishingParts,
  { row, plan, wanted, emit, signal }: PublishRunRequest,
): Promise<readonly PublishedRepository[]> {
  const { env } = configuration;
  const git = new Git({ env, signal });
  const view = await wholeView(journal, await foldRun(journal, row.id), row);
  const published: PublishedRepository[] = [];
  for (const planned of plan.repositories) {
    if (planned.copyOf !== undefined || (planned.push === 'never' && !wanted)) continue;
    const { remote: named, ...asked } = wanted ?? {};
    const options = { ...plan.publish, ...asked, pushBranches: planned.pushBranches };
    const common = { emit, env, signal, redactor: journal.redactor, options };
    const { verify } = plan;
    const verifiedBy = verify === undefined ? {} : { verifiedBy: verify };
    try {
      const facts = await factsOf(git, view, planned);
      const { remote, address } = await remoteOf(git, planned, configuration, named);
      const push = async (branch: string): Promise<void> => {
        await pushBranch(git, { repository: planned.path, remote, branch, isOwn: true, hooks: plan.hooks });
      };
      published.push({
        repo: planned.name,
        ...(await publish({ view, ...facts, ...common, ...verifiedBy, push, remote: address })),
      });
    } catch (thrown) {
      if (!(thrown instanceof OrchestraError)) throw thrown;
      published.push({ repo: planned.name, pushed: [], problem: thrown });
    }
  }
  return published;
}

async function factsOf(
  git: Git,
  view: RunView,
  planned: PlannedRepository,
): Promise<{
  readonly repository: NonNullable<RunView['workspace']>['repos'][number];
  readonly commits: readonly PublishedCommit[];
}> {
  const repository = view.workspace?.repos.find(({ name }) => name === planned.name);
  if (!repository) throw new Error(`the view of the run has no repository ${planned.name}`);
  const format = '--format=%H%x1f%s%x1f%(trailers:key=Orchestra-Node,valueonly,separator=%x2C)';
  const range = `${planned.base}..${repository.head}`;
  const log = await git.text(['log', '-z', '--reverse', format, range], { cwd: planned.path });
  const lines = log.split('\0').filter((line) => line !== '');
  const commits = lines.map((line) => {
    const [sha = '', subject = '', node = ''] = line.split('\u001f');
    return { sha, subject, ...(node !== '' && { node }) };
  });
  return { repository: { ...repository, path: planned.path }, commits };
}
