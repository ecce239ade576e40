import { z } from 'zod';
import type { Json } from '../../shared/json.ts';
import { entriesOf } from './api-pages.ts';
import { ask, type Api } from './api-call.ts';
import type { ChangeRequest, ChangeRequestHost } from './change-request-host.ts';
import { pathOf, readAnswer } from './api-answer.ts';

const pullRequest = z.object({
  number: z.number(),
  html_url: z.string(),
  body: z.string(),
  head: z.object({ ref: z.string(), repo_id: z.number() }),
  base: z.object({ repo_id: z.number() }),
});

/**
 * Pull requests of Gitea (API, version 1), which Forgejo speaks as well. The list has no filter for the branch they come
 * from, and the one that is asked for by both branches is found only where the base has no slash: so the list is read.
 */
export function giteaHost(name: 'Gitea' | 'Forgejo', api: Api, repository: string): ChangeRequestHost {
  const pulls = `repos/${pathOf(repository)}/pulls`;
  return {
    name,
    async find(branch, signal) {
      // Whatever an administrator allows at most: 50 as it comes.
      const filter = new URLSearchParams({ state: 'open', sort: 'recentupdate', limit: '50' });
      for await (const entry of entriesOf(api, `${pulls}?${filter.toString()}`, signal)) {
        const found = readAnswer(api, pullRequest, entry);
        if (found.head.ref === branch && found.head.repo_id === found.base.repo_id) return changeRequestOf(found);
      }
      return undefined;
    },
    async open({ branch, base, title, body, draft }, signal) {
      // There is no field for it: the title says it, in the words every server knows that was not told others.
      const asked: Json = { head: branch, base, title: draft ? `WIP: ${title}` : title, body };
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
  return { number, url, body };
}
