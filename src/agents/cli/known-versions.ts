import { stat } from 'node:fs/promises';
import type { AgentDetection } from '../../engine/ports/agent.ts';

/**
 * What programs of agents have said of themselves in this process: starting one only to be told its version again takes
 * longer than everything else at the start of a run. Another file under the same path is asked anew, and so is what could
 * not be used. What a wrapper starts may change unseen: then the turn says what is wrong.
 */
export class KnownVersions {
  readonly #known = new Map<string, Promise<AgentDetection>>();

  /** @param env decides, too, what a program finds when it is asked */
  async of(
    path: string,
    env: Readonly<Record<string, string>>,
    ask: () => Promise<AgentDetection>,
  ): Promise<AgentDetection> {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    const key = [path, dev, ino, size, mtimeNs, ctimeNs, env['PATH'], env['HOME']].join('\0');
    const known = this.#known.get(key) ?? ask();
    this.#known.set(key, known);
    const forget = (): void => void this.#known.delete(key);
    known.then(({ available }) => available || forget(), forget);
    return known;
  }
}

/** Those of this process. */
export const knownVersions = new KnownVersions();
