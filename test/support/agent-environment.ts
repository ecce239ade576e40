import { dirname } from 'node:path';

/** What an agent under test may know of this machine. */
export interface AgentEnvironmentRequest {
  /** A temporary folder: the user's own sign-in and settings stay out of sight. */
  readonly home: string;
  /** Base URL of the model server on loopback. */
  readonly modelUrl: string;
  /** What the agent itself needs to be told: dummy keys, where its model is. */
  readonly own?: Readonly<Record<string, string>>;
}

/**
 * The whole environment of a real agent under test: dummy keys, one reachable server on loopback, and proxies that lead
 * nowhere for everything else.
 */
export function agentTestEnvironment({ home, modelUrl, own }: AgentEnvironmentRequest): Record<string, string> {
  if (!modelUrl.startsWith('http://127.0.0.1:')) throw new Error(`not a server on loopback: ${modelUrl}`);
  const nowhere = 'http://127.0.0.1:9';
  return {
    // Agents of JavaScript run by the Node.js of the project.
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    TERM: 'dumb',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: '127.0.0.1',
    ...(own ?? { ANTHROPIC_BASE_URL: modelUrl, ANTHROPIC_API_KEY: 'test-key' }),
  };
}
