import { z } from 'zod';

const repository = z.object({
  name: z.string(),
  /** Top folder of the repository; nothing in it is touched but what Git itself keeps. */
  path: z.string(),
  /** The folder that is no repository and that `path`, a repository of ours, holds a copy of. */
  copyOf: z.string().optional(),
  /** The commit the run begins at. */
  base: z.string(),
  /** The branch that was checked out there; absent for a detached head. */
  baseBranch: z.string().optional(),
  /** Begins the names of branches, for example `orchestra/`. */
  prefix: z.string(),
  /** An address without a password, or the name of a remote of the repository. */
  remote: z.string().optional(),
  push: z.enum(['never', 'on_completion', 'on_checkpoint']),
  /** Branches of fan-outs are pushed as well. */
  pushBranches: z.boolean(),
  /** Run once in every new folder of it. */
  setup: z.string().optional(),
});

/** How the work of branches comes together (`merge_policy`). */
export const mergePolicies = ['merge', 'pick_best', 'keep_all', 'agent_resolves', 'ask'] as const;

/**
 * Where a run works and how that becomes commits, decided when it is created and recorded with it. Names of branches and
 * folders follow from it: after a crash nothing has to be looked up.
 */
export const workspacePlanSchema = z.object({
  /** Folder of all worktrees of the run. */
  folder: z.string(),
  /** Begins the names of its branches after the prefix: pipeline and run. */
  session: z.string(),
  repositories: z.array(repository),
  /** Where in a repository the run was started: its steps work in the same place of its worktree. */
  start: z.object({ repository: z.string(), path: z.string() }).optional(),
  /** For a child pipeline: it works in the folder of this branch of the run that has the workspace, as part of this operation. */
  within: z.object({ scope: z.string(), key: z.string() }).optional(),
  author: z.object({ name: z.string(), email: z.string() }).optional(),
  commits: z.enum(['per_turn', 'per_node', 'never']),
  messages: z.enum(['generated', 'plain']),
  hooks: z.enum(['run', 'skip']),
  signing: z.enum(['keep', 'off']),
  secrets: z.enum(['ask', 'fail', 'allow']),
  /** Has to succeed on merged work before the branch of the run moves. */
  verify: z.string().optional(),
  verifyTimeoutMs: z.number(),
  publish: z.object({
    changeRequest: z.enum(['never', 'draft', 'ready']),
    /** The branch it shall go into; the one the run began at unless given. */
    base: z.string().optional(),
    host: z.enum(['github', 'gitlab', 'gitea', 'forgejo']).optional(),
    api: z.string().optional(),
    /** The environment variable with the token. */
    tokenVariable: z.string().optional(),
  }),
});

export type WorkspacePlan = z.infer<typeof workspacePlanSchema>;
export type PlannedRepository = z.infer<typeof repository>;
