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

const documentation = 'https://docs.github.com/rest';

/** GitHub's REST API for pull requests, version 2022-11-28, below `/api/v3` as its Enterprise Server has it. */
export async function playGithub(
  token: string,
  path: string,
): Promise<PlayedHost & { readonly repository: PlayedRepository }> {
  const repository = newRepository(token, path);
  const host = await playHost((request) => answer(repository, request));
  return { ...host, repository };
}

function answer(repository: PlayedRepository, request: PlayedRequest): PlayedAnswer {
  const { headers, method } = request;
  if (headers['user-agent'] === undefined) {
    return { status: 403, body: { message: 'Request forbidden by administrative rules.' } };
  }
  if (headers.authorization !== `Bearer ${repository.token}`) return refused(401, 'Bad credentials');
  const pulls = `/api/v3/repos/${repository.path}/pulls`;
  if (request.path === pulls && method === 'GET') return list(repository, request);
  if (request.path === pulls && method === 'POST') return create(repository, request);
  const number = Number(request.path.startsWith(`${pulls}/`) ? request.path.slice(pulls.length + 1) : Number.NaN);
  const known = repository.changeRequests.find((each) => each.number === number);
  if (!known) return refused(404, 'Not Found');
  if (method === 'PATCH') Object.assign(known, request.body);
  return { status: 200, body: shown(repository, known) };
}

function list(repository: PlayedRepository, request: PlayedRequest): PlayedAnswer {
  const [, branch] = /^[^:]+:(.+)$/.exec(request.query.get('head') ?? '') ?? [];
  const state = request.query.get('state') ?? 'open';
  const fitting = repository.changeRequests.filter(
    (each) => (state === 'all' || each.state === state) && (branch === undefined || each.head === branch),
  );
  const { entries, headers } = pageOf(fitting, request, { sizeParameter: 'per_page', most: repository.pageSize });
  return { status: 200, headers, body: entries.map((each) => shown(repository, each)) };
}

function create(repository: PlayedRepository, { body }: PlayedRequest): PlayedAnswer {
  const head = String(body['head']);
  const base = String(body['base']);
  for (const [field, branch] of [
    ['base', base],
    ['head', head],
  ] as const) {
    if (!repository.branches.has(branch)) return invalid({ resource: 'PullRequest', field, code: 'invalid' });
  }
  if (body['draft'] === true && repository.refusesDrafts) {
    return refused(422, 'Draft pull requests are not supported in this repository.');
  }
  const isOpen = repository.changeRequests.some(
    (each) => each.state === 'open' && each.head === head && each.base === base,
  );
  if (isOpen) {
    const [owner] = repository.path.split('/');
    const message = `A pull request already exists for ${owner}:${head}.`;
    return invalid({ resource: 'PullRequest', code: 'custom', message });
  }
  const kept = keep(repository, {
    head,
    base,
    title: String(body['title']),
    body: String(body['body']),
    draft: body['draft'] === true,
    headRepository: 1,
  });
  return { status: 201, body: shown(repository, kept) };
}

function shown({ path }: PlayedRepository, kept: KeptRequest): unknown {
  const { number, title, body, draft, state, head, base, headRepository } = kept;
  return {
    id: 1_000 + number,
    number,
    state,
    draft,
    title,
    // An empty one is none.
    body: body === '' ? null : body,
    html_url: `https://github.example/${path}/pull/${number}`,
    head: { ref: head, label: `owner:${head}`, sha: '0'.repeat(40), repo: { id: headRepository, full_name: path } },
    base: { ref: base, label: `owner:${base}`, sha: '0'.repeat(40), repo: { id: 1, full_name: path } },
  };
}

function invalid(error: unknown): PlayedAnswer {
  const body = { message: 'Validation Failed', errors: [error], documentation_url: documentation, status: '422' };
  return { status: 422, body };
}

function refused(status: number, message: string): PlayedAnswer {
  return { status, body: { message, documentation_url: documentation, status: String(status) } };
}
