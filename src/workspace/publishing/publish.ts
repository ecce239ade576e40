import type { WorkspaceEvent } from '../../contract/event.ts';
import type { RepositoryView, RunView } from '../../contract/run-view.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { Redactor } from '../../shared/redaction.ts';
import { changeRequestBody, changeRequestTitle, type PublishedCommit } from './change-request-body.ts';
import type { ChangeRequest } from './change-request-host.ts';
import { connectHost } from './connect-host.ts';
import { ensureChangeRequest, type Patience } from './ensure-change-request.ts';
import { publishBranch, type BranchPublication, type PushEvent } from './publish-branch.ts';
import { hostingOf, type HostKind } from './hosting.ts';

/** What the configuration says of it (`workspace.publish`, and `push_branches` of the repository). */
export interface PublishOptions {
  readonly changeRequest: 'never' | 'draft' | 'ready';
  /** The branch it shall go into; the one the run began at unless given. */
  readonly base?: string | undefined;
  readonly host?: HostKind | undefined;
  readonly api?: string | undefined;
  /** The environment variable with the token. */
  readonly tokenVariable?: string | undefined;
  /** Also push the branches of fan-outs. */
  readonly pushBranches: boolean;
}

export interface Publication extends Pick<BranchPublication, 'remote' | 'push' | 'redactor' | 'signal'> {
  readonly view: RunView;
  readonly repository: RepositoryView;
  /** From the base of the run to its head, oldest first. Without any, nothing is published. */
  readonly commits: readonly PublishedCommit[];
  readonly said?: Readonly<Record<string, string>>;
  readonly verifiedBy?: string;
  readonly options: PublishOptions;
  emit(event: PublishEvent): Promise<void>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch?: typeof fetch;
  readonly pause?: Patience['pause'];
}

export type PublishEvent = PushEvent | Extract<WorkspaceEvent, { readonly type: 'ChangeRequestOpened' }>;

export interface Published {
  /** Branches that stand at the remote as they stand here. */
  readonly pushed: readonly string[];
  readonly changeRequest?: ChangeRequest;
  /** Why not all of it was done: a run is none the worse for it, and the command fails with it. */
  readonly problem?: OrchestraError;
}

/**
 * Pushes what a run did in one repository, and opens a change request for it or brings the one it has up to date. Only the
 * run's own branch goes out unless more is asked for. Doing it again, after a crash too, doubles nothing.
 * What fails is told in the answer; it rejects where it is aborted.
 */
export async function publish(publication: Publication): Promise<Published> {
  const { repository, commits, options } = publication;
  if (commits.length === 0) return { pushed: [] };
  const branches = [repository, ...(options.pushBranches ? repository.branches : [])].map(({ branch }) => branch);
  const pushed: string[] = [];
  let problem: OrchestraError | undefined;
  for (const branch of branches) {
    problem = await publishBranch({ ...publication, repo: repository.name }, branch);
    // A remote that takes one branch so badly may make us wait as long for each of the others.
    if (problem) break;
    pushed.push(branch);
  }
  if (options.changeRequest === 'never' || !pushed.includes(repository.branch)) {
    return { pushed, ...(problem && { problem }) };
  }
  try {
    return { pushed, changeRequest: await changeRequestFor(publication), ...(problem && { problem }) };
  } catch (error) {
    if (!(error instanceof OrchestraError)) throw error;
    return { pushed, problem: problem ?? error };
  }
}

async function changeRequestFor(publication: Publication): Promise<ChangeRequest> {
  const { repository, options, view, redactor, env, signal, emit } = publication;
  const base = options.base ?? repository.baseBranch;
  if (base === undefined) {
    throw new OrchestraError('PUBLISH_BASE_UNKNOWN', `The run began at a commit of ${repository.name}, at no branch.`);
  }
  const hosting = hostingOf(publication.remote, options);
  const { tokenVariable } = options;
  const signIn = { env, cwd: repository.path, signal, tokenVariable, fetch: publication.fetch };
  const { host, token } = await connectHost(hosting, signIn);
  const wanted = {
    branch: repository.branch,
    base,
    title: changeRequestTitle({ view, redactor }),
    body: changeRequestBody({ ...publication, folders: [env['HOME'] ?? ''] }),
    draft: options.changeRequest === 'draft',
  };
  const request = await ensureChangeRequest(host, wanted, publication).catch((error: unknown) => {
    signal.throwIfAborted();
    throw withoutToken(error, token, redactor);
  });
  failpoint('publish:opened');
  const isRecorded = repository.changeRequests?.includes(request.url) ?? false;
  const { name: repo, branch } = repository;
  if (!isRecorded) await emit({ type: 'ChangeRequestOpened', repo, branch, url: request.url });
  return request;
}

/** A host may answer with what it was sent. The cause, which may hold as much, is left out. */
function withoutToken(error: unknown, token: string | undefined, redactor: Redactor): unknown {
  if (!(error instanceof OrchestraError)) return error;
  const clean = (text: string): string =>
    redactor.text(token === undefined ? text : text.replaceAll(token, '[redacted]'));
  const { code, message, hint, details } = error;
  return new OrchestraError(code, clean(message), { hint, details });
}
