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

/** GitLab's REST API for merge requests, version 4. */
export async function playGitlab(
  token: string,
  path: string,
): Promise<PlayedHost & { readonly repository: PlayedRepository }> {
  const repository = newRepository(token, path);
  const host = await playHost((request) => answer(repository, request));
  return { ...host, repository };
}

function answer(repository: PlayedRepository, request: PlayedRequest): PlayedAnswer {
  const { headers, method } = request;
  const isSignedIn =
    headers.authorization === `Bearer ${repository.token}` || headers['private-token'] === repository.token;
  if (!isSignedIn) return { status: 401, body: { message: '401 Unauthorized' } };
  const requests = `/api/v4/projects/${encodeURIComponent(repository.path)}/merge_requests`;
  if (request.path === requests && method === 'GET') return list(repository, request);
  if (request.path === requests && method === 'POST') return create(repository, request);
  const number = Number(request.path.startsWith(`${requests}/`) ? request.path.slice(requests.length + 1) : Number.NaN);
  const known = repository.changeRequests.find((each) => each.number === number);
  if (!known) return { status: 404, body: { message: '404 Project Not Found' } };
  if (method === 'PUT') known.body = String(request.body['description']);
  return { status: 200, body: shown(repository, known) };
}

const states: Readonly<Record<string, string>> = { opened: 'open', closed: 'closed' };

function list(repository: PlayedRepository, request: PlayedRequest): PlayedAnswer {
  const branch = request.query.get('source_branch');
  const state = states[request.query.get('state') ?? ''];
  const fitting = repository.changeRequests.filter(
    (each) => (state === undefined || each.state === state) && (branch === null || each.head === branch),
  );
  const { entries, headers } = pageOf(fitting, request, { sizeParameter: 'per_page', most: repository.pageSize });
  return { status: 200, headers, body: entries.map((each) => shown(repository, each)) };
}

function create(repository: PlayedRepository, { body }: PlayedRequest): PlayedAnswer {
  const head = body['source_branch'];
  const title = body['title'];
  if (typeof head !== 'string' || typeof title !== 'string') {
    return { status: 400, body: { error: 'title is missing, source_branch is missing' } };
  }
  if (!repository.branches.has(head)) {
    return { status: 400, body: { message: { source_branch: ['does not exist'] } } };
  }
  const other = repository.changeRequests.find((each) => each.state === 'open' && each.head === head);
  if (other) {
    const message = [`Another open merge request already exists for this source branch: !${other.number}`];
    return { status: 409, body: { message } };
  }
  const kept = keep(repository, {
    head,
    base: String(body['target_branch']),
    title,
    body: String(body['description']),
    draft: /^draft:/i.test(title),
    headRepository: 1,
  });
  return { status: 201, body: shown(repository, kept) };
}

function shown({ path }: PlayedRepository, kept: KeptRequest): unknown {
  const { number, title, body, draft, state, head, base, headRepository } = kept;
  return {
    id: 1_000 + number,
    iid: number,
    project_id: 1,
    state: state === 'open' ? 'opened' : state,
    draft,
    title,
    description: body,
    web_url: `https://gitlab.example/${path}/-/merge_requests/${number}`,
    source_branch: head,
    target_branch: base,
    source_project_id: headRepository,
    target_project_id: 1,
  };
}
