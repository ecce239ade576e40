import { z } from 'zod';
import type { Json } from '../../shared/json.ts';
import { entriesOf } from './api-pages.ts';
import { ask, type Api } from './api-call.ts';
import type { ChangeRequest, ChangeRequestHost } from './change-request-host.ts';
import { pathOf, readAnswer } from './api-answer.ts';

const pullRequest = z.object({
  number: z.number(),
  html_url: z.string(),
  body: z.string().nullable(),
  head: z.object({ ref: z.string(), repo: z.object({ id: z.number() }).nullable() }),
  base: z.object({ repo: z.object({ id: z.number() }) }),
});

/** Pull requests of GitHub (REST API, version 2022-11-28), its cloud and its Enterprise Server alike. */
export function githubHost(api: Api, repository: string): ChangeRequestHost {
  const pulls = `repos/${pathOf(repository)}/pulls`;
  const [owner = ''] = repository.split('/');
  return {
    name: 'GitHub',
    async find(branch, signal) {
      const filter = new URLSearchParams({ state: 'open', head: `${owner}:${branch}`, per_page: '100' });
      for await (const entry of entriesOf(api, `${pulls}?${filter.toString()}`, signal)) {
        const found = readAnswer(api, pullRequest, entry);
        // GitHub leaves out a filter that it does not understand.
        if (found.head.ref === branch && found.head.repo?.id === found.base.repo.id) return changeRequestOf(found);
      }
      return undefined;
    },
    async open({ branch, base, title, body, draft }, signal) {
      const asked: Json = { title, head: branch, base, body, draft };
      const answer = await ask(api, { method: 'POST', path: pulls, body: asked, signal });
      return changeRequestOf(readAnswer(api, pullRequest, answer.body));
    },
    async describe({ number }, body, signal) {
      const answer = await ask(api, { method: 'PATCH', path: `${pulls}/${number}`, body: { body }, signal });
      return changeRequestOf(readAnswer(api, pullRequest, answer.body));
    },
  };
}

function changeRequestOf({ number, html_url: url, body }: z.output<typeof pullRequest>): ChangeRequest {
  return { number, url, body: body ?? '' };
}
