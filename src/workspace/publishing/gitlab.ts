import { z } from 'zod';
import type { Json } from '../../shared/json.ts';
import { entriesOf } from './api-pages.ts';
import { ask, type Api } from './api-call.ts';
import type { ChangeRequest, ChangeRequestHost } from './change-request-host.ts';
import { readAnswer } from './api-answer.ts';

const mergeRequest = z.object({
  iid: z.number(),
  web_url: z.string(),
  description: z.string().nullable(),
  source_branch: z.string(),
  source_project_id: z.number().nullable(),
  target_project_id: z.number(),
});

/** Merge requests of GitLab (REST API, version 4). */
export function gitlabHost(api: Api, repository: string): ChangeRequestHost {
  const requests = `projects/${encodeURIComponent(repository)}/merge_requests`;
  return {
    name: 'GitLab',
    async find(branch, signal) {
      const filter = new URLSearchParams({ state: 'opened', source_branch: branch, per_page: '100' });
      for await (const entry of entriesOf(api, `${requests}?${filter.toString()}`, signal)) {
        const found = readAnswer(api, mergeRequest, entry);
        const isOfTheRepository = found.source_project_id === found.target_project_id;
        if (found.source_branch === branch && isOfTheRepository) return changeRequestOf(found);
      }
      return undefined;
    },
    async open({ branch, base, title, body, draft }, signal) {
      const asked: Json = {
        source_branch: branch,
        target_branch: base,
        // There is no field for it: the title says it.
        title: draft ? `Draft: ${title}` : title,
        description: body,
      };
      const answer = await ask(api, { method: 'POST', path: requests, body: asked, signal });
      return changeRequestOf(readAnswer(api, mergeRequest, answer.body));
    },
    async describe({ number }, body, signal) {
      const asked: Json = { description: body };
      const answer = await ask(api, { method: 'PUT', path: `${requests}/${number}`, body: asked, signal });
      return changeRequestOf(readAnswer(api, mergeRequest, answer.body));
    },
  };
}

function changeRequestOf({ iid, web_url: url, description }: z.output<typeof mergeRequest>): ChangeRequest {
  return { number: iid, url, body: description ?? '' };
}
