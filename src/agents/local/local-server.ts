/** A server that runs models on this machine or network, beside the conversations one has with them. */
export interface LocalServer {
  /** Where it is. */
  readonly address: string;
  /** Whether it answers within two seconds, and of which version it is where it tells. Never rejects. */
  health(): Promise<ServerHealth>;
  /** The models it has. */
  list(): Promise<readonly LocalModel[]>;
  /** Fetches a model; absent where its models are chosen when it is started. */
  pull?(model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
  /** Removes a model from the disk. */
  remove?(model: string): Promise<void>;
}

export type ServerHealth =
  | { readonly isUp: true; readonly version?: string }
  | { readonly isUp: false; readonly problem: string };

export interface LocalModel {
  readonly name: string;
  readonly bytes?: number;
  /** ISO 8601. */
  readonly modifiedAt?: string;
}

export interface PullProgress {
  /** What the server is doing, in its own words. */
  readonly status: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
}
