/** A CXDB server for one test. */
export interface TestCxdb {
  readonly url: string;
  readonly binaryPort: number;
  /** Ends it; what it had of contexts, turns and blobs is lost with that. */
  stop(): Promise<void>;
  /** Starts it again at the same place. */
  start(): Promise<void>;
}
