/** What a place that keeps repositories (GitHub, GitLab, Gitea, Forgejo) can do with change requests. One file for each. */
export interface ChangeRequestHost {
  /** As people call it. */
  readonly name: string;
  /** The newest open change request of a branch of the repository itself, not of a fork; undefined where there is none. */
  find(branch: string, signal: AbortSignal): Promise<ChangeRequest | undefined>;
  /** @throws OrchestraError PUBLISH_REFUSED, also where the branch has one already */
  open(request: NewChangeRequest, signal: AbortSignal): Promise<ChangeRequest>;
  /** Replaces its description; title, state and everything else stay as people left them. */
  describe(request: ChangeRequest, body: string, signal: AbortSignal): Promise<ChangeRequest>;
}

export interface ChangeRequest {
  /** As its host counts within the repository. */
  readonly number: number;
  /** The page for people. */
  readonly url: string;
  /** Its description, in Markdown. */
  readonly body: string;
}

export interface NewChangeRequest {
  readonly branch: string;
  /** The branch it shall go into. */
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
}
