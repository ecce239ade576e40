import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { GroupTarget } from './end-group.ts';

/** Keeps R7 when this process is killed outright: see `armGuardian`. */
export interface Guardian {
  /** The group is gone; the guardian may go too. */
  dismiss(): void;
}

/**
 * A waiting shell in a session of its own, holding the reading end of a pipe from us. The kernel
 * closes our end however we die; a guardian that sees the end without the farewell line sends TERM
 * to the group at once, then starts Node once more for the thorough work of `endGroup`, and kills
 * the group itself where that fails. Waiting costs one small shell per program.
 *
 * Paths travel in the environment, not in arguments: `pkill -f orchestra` must not hit the guardian.
 */
const watch = `
read -r farewell && exit 0
kill -s TERM -- "-$1" 2>/dev/null
"$NODE" "$ENDING" "$TARGET" || kill -s KILL -- "-$1"
`;

/** Resolves once the guardian stands: from then on the group cannot outlive this process. */
export async function armGuardian(target: GroupTarget): Promise<Guardian> {
  const child = spawn('/bin/sh', ['-c', watch, 'sh', String(target.pid)], {
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', NODE: process.execPath, ENDING: endingProgram, TARGET: JSON.stringify(target) },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  // Neither may keep this process from ending; and a guardian that was killed makes no fuss on farewell.
  child.unref();
  child.stdin.on('error', () => undefined);
  return { dismiss: () => void child.stdin.end('farewell\n') };
}

// Beside this file, as `.ts` in a checkout and as `.js` in the package.
const endingProgram = import.meta.filename.replace(/guardian(\.[jt]s)$/, 'guardian-ending$1');
