import { z } from 'zod';
import { mergePolicies } from '../workspace-plan.ts';
import { duration } from './duration.ts';

const text = z.string().min(1);

const repository = z.strictObject({
  path: text
    .optional()
    .describe('Where the repository lies, from the folder of this file; where a clone goes that is not there yet.'),
  remote: text.optional().describe('Where it is cloned from and pushed to: an address, or the name of a remote.'),
  clone_depth: z.int().nonnegative().optional().describe('How many commits a clone brings along; 0, all, unless said.'),
  base: text.optional().describe('The branch, tag or commit runs begin at; what is checked out unless said.'),
  branch_prefix: text.optional().describe('What the names of branches begin with; `orchestra/` unless said.'),
  push: z
    .enum(['never', 'on_completion', 'on_checkpoint'])
    .optional()
    .describe(
      'When branches of a run are pushed: `on_completion` where there is a `remote`, else `never`, unless said.',
    ),
  push_branches: z
    .boolean()
    .optional()
    .describe('Also push the branches of fan-outs, not only that of the run; `false` unless said.'),
  setup: text.optional().describe('A command run once in every new folder of it, such as `npm ci`.'),
});

/** Where runs work (`workspace`): repositories, what becomes a commit, and how branches come together. */
export const workspaceSection = z
  .strictObject({
    repos: z.record(z.string(), repository).optional().describe('Repositories by name; the one around unless said.'),
    folder: text
      .optional()
      .describe('Where the folders of runs lie, from the folder of this file; in `.orchestra/` unless said.'),
    author: z
      .strictObject({ name: text, email: text })
      .optional()
      .describe('Whose commits they are; who Git says you are unless said.'),
    commits: z
      .enum(['per_turn', 'per_node', 'never'])
      .optional()
      .describe('When changes are committed; `per_turn` unless said.'),
    messages: z
      .enum(['generated', 'plain'])
      .optional()
      .describe(
        'Who words commit messages: the `cheap` tier from the changes where there is one (the default), or nobody.',
      ),
    hooks: z.enum(['run', 'skip']).optional().describe("Whether the repository's commit hooks run; `run` unless said."),
    signing: z
      .enum(['keep', 'off'])
      .optional()
      .describe('Whether commits are signed as yours are; `keep` unless said.'),
    secrets: z
      .enum(['ask', 'fail', 'allow'])
      .optional()
      .describe('What happens to a change that holds what looks like a secret; `ask` unless said.'),
    merge: z
      .enum(mergePolicies)
      .optional()
      .describe('How branches come together where no `merge_policy` of a node says it; `merge` unless said.'),
    verify: text
      .optional()
      .describe('A command that has to succeed on merged work before the branch of the run moves.'),
    verify_timeout: duration.optional().describe('How long it may take; `10m` unless said.'),
    tools: z
      .record(z.string(), z.record(z.string(), z.strictObject({ command: text, description: text.optional() })))
      .optional()
      .describe('Shell tools of a repository, for agents that use our tools; run in its folder.'),
    publish: z
      .strictObject({
        change_request: z
          .enum(['never', 'draft', 'ready'])
          .optional()
          .describe('Whether a change request is opened when a run completes; `never` unless said.'),
        base: text.optional().describe('The branch it shall go into; the one runs began at unless said.'),
        host: z
          .enum(['github', 'gitlab', 'gitea', 'forgejo'])
          .optional()
          .describe('What the remote is; told from its address unless said.'),
        api: z.url().optional().describe('Where its API is; told from its address unless said.'),
        token: text
          .optional()
          .describe('The environment variable with the token; the usual one of the host unless said.'),
      })
      .optional()
      .describe('Change requests (pull requests, merge requests) for what runs have done.'),
  })
  .describe('Where runs work.');

export type WorkspaceSection = z.output<typeof workspaceSection>;
export type RepositorySection = z.output<typeof repository>;
