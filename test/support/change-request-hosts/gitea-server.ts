import {
  keep,
  newRepository,
  pageOf,
  playHost,
  type KeptRequest,
  type PlayedAnswer,
  type PlayedHost,
  type PlayedRepository,
  type PlayedRequest,
} from './played-host.ts';

/** Gitea's API for pull requests, version 1, which Forgejo has as well. Its list knows no filter for the branch they come from. */
export async function playGitea(
  token: string,
  path: string,
): Promise<PlayedHost & { readonly repository: PlayedRepository }> {
  const repository = newRepository(token, path);
  repository.pageSize = 50;
  const host = await playHost((request) => answer(repository, host.url, request));
  return { ...host, repository };
}

function answer(repository: PlayedRepository, url: string, request: PlayedRequest): PlayedAnswer {
  const { headers, method } = request;
  const swagger = `${url}/api/swagger`;
  if (headers.authorization !== `token ${repository.token}`) {
    return { status: 401, body: { message: 'invalid username, password or token', url: swagger } };
  }
  const pulls = `/api/v1/repos/${repository.path}/pulls`;
  if (request.path === pulls && method === 'GET') return list(repository, request);
  if (request.path === pulls && method === 'POST') return create(repository, swagger, request);
  const number = Number(request.path.startsWith(`${pulls}/`) ? request.path.slice(pulls.length + 1) : Number.NaN);
  const known = repository.changeRequests.find((each) => each.number === number);
  if (!known) return { status: 404, body: { errors: [], message: "The target couldn't be found.", url: swagger } };
  if (method !== 'PATCH') return { status: 200, body: shown(repository, known) };
  Object.assign(known, request.body);
  return { status: 201, body: shown(repository, known) };
}

function list(repository: PlayedRepository, request: PlayedRequest): PlayedAnswer {
  const state = request.query.get('state') ?? 'open';
  const fitting = repository.changeRequests.filter((each) => state === 'all' || each.state === state);
  const { entries, headers } = pageOf(fitting, request, { sizeParameter: 'limit', most: repository.pageSize });
  const total = { 'x-total-count': String(fitting.length) };
  return { status: 200, headers: { ...headers, ...total }, body: entries.map((each) => shown(repository, each)) };
}

function create(repository: PlayedRepository, swagger: string, { body }: PlayedRequest): PlayedAnswer {
  const head = String(body['head']);
  const base = String(body['base']);
  if (!repository.branches.has(head) || !repository.branches.has(base)) {
    return { status: 404, body: { errors: [], message: "The target couldn't be found.", url: swagger } };
  }
  const other = repository.changeRequests.find(
    (each) => each.state === 'open' && each.head === head && each.base === base && each.headRepository === 1,
  );
  if (other) {
    const facts = `id: ${other.number}, issue_id: ${other.number}, head_repo_id: 1, base_repo_id: 1`;
    const message = `pull request already exists for these targets [${facts}, head_branch: ${head}, base_branch: ${base}]`;
    return { status: 409, body: { message, url: swagger } };
  }
  const title = String(body['title']);
  const kept = keep(repository, {
    head,
    base,
    title,
    body: String(body['body']),
    draft: /^(?:WIP:|\[WIP\])/i.test(title),
    headRepository: 1,
  });
  return { status: 201, body: shown(repository, kept) };
}

function shown({ path }: PlayedRepository, kept: KeptRequest): unknown {
  const { number, title, body, draft, state, head, base, headRepository } = kept;
  const repo = { id: headRepository, full_name: path };
  return {
    id: 1_000 + number,
    number,
    state,
    draft,
    title,
    body,
    html_url: `https://gitea.example/${path}/pulls/${number}`,
    head: { label: head, ref: head, sha: '0'.repeat(40), repo_id: headRepository, repo },
    base: { label: base, ref: base, sha: '0'.repeat(40), repo_id: 1, repo: { ...repo, id: 1 } },
  };
}
