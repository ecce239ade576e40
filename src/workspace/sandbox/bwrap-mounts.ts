import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxSection } from '../../contract/config/sandbox.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { ProgramLine, ProgramReach, ProgramState } from '../../shared/process/confinement.ts';
import { gitFolders } from './git-folders.ts';
import { empty, readOnly, writable, type Mount } from './mount.ts';
import { expandPath, isWithin, kindOf } from './paths.ts';
import { foldersOfPath, programFolders } from './program-folders.ts';
import { isSystemPath, systemMounts } from './system-mounts.ts';

/** Of the user's own, every program may read these: who commits. */
const ownSettings = ['.gitconfig', '.config/git/config', '.config/git/ignore', '.config/git/attributes'];

/** In the working folder, what would have an effect outside of the sandbox when it is changed. */
const steeringFile = 'orchestra.yaml';
/** In the working folder, what belongs to all runs. */
const stateFolder = '.orchestra';

/**
 * Everything a program sees, in the order in which it is laid out: the system, an empty HOME, the program's own folders,
 * what it keeps of itself, the working folder, and on top of it what it may not change or see of that.
 * @throws OrchestraError SANDBOX_UNAVAILABLE where the working folder holds the user's HOME
 */
export async function bwrapMounts(
  line: ProgramLine,
  reach: ProgramReach,
  { readable = [], writable: changeable = [], hidden = [] }: Partial<SandboxSection>,
): Promise<readonly Mount[]> {
  const { cwd, env } = line;
  const home = env['HOME'] ?? '/';
  assertApart(cwd, home);
  await makeStateFolders(reach.state ?? []);
  const expand = (path: string): string => expandPath(path, { home, cwd });
  return [
    ...(await systemMounts()),
    ...(home === '/' ? [] : [empty(home)]),
    ...ownSettings.map((path) => readOnly(join(home, path))),
    ...(await programMounts(line, home)),
    ...readable.map((path) => readOnly(expand(path))),
    ...(reach.state ?? []).map(({ path }) => writable(path)),
    reach.readOnly ? readOnly(cwd) : writable(cwd),
    ...(await guardedMounts(cwd)),
    ...(reach.writable ?? []).map(writable),
    ...changeable.map((path) => writable(expand(path))),
    ...(await hiddenMounts(hidden.map(expand))),
  ];
}

/** Whoever works in their HOME would show all of it. */
function assertApart(cwd: string, home: string): void {
  if (!isWithin(home, cwd)) return;
  const what = cwd === '/' ? 'the root of the file system' : `${cwd}, which holds your home folder`;
  throw new OrchestraError('SANDBOX_UNAVAILABLE', `a sandbox around ${what} would keep nothing apart`, {
    hint: 'Work in a folder of the project.',
  });
}

/** What is not there cannot be shown, and would be lost with the sandbox: sessions among it. */
async function makeStateFolders(states: readonly ProgramState[]): Promise<void> {
  for (const { kind, path } of states) if (kind === 'folder') await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Inside the working folder they are seen anyway, and as changeable as the rest of it. */
async function programMounts({ command, cwd, env }: ProgramLine, home: string): Promise<readonly Mount[]> {
  const path = env['PATH'] ?? '';
  const folders = new Set([...foldersOfPath(path), ...(await programFolders(command, path))]);
  return [...folders]
    .filter((folder) => !isSystemPath(folder) && !isWithin(home, folder) && !isWithin(folder, cwd))
    .map(readOnly);
}

/** Settings and hooks of Git, and those of Orchestra, are obeyed outside; the journal is the truth about all runs. */
async function guardedMounts(cwd: string): Promise<readonly Mount[]> {
  const state = join(cwd, stateFolder);
  return [
    ...(await gitFolders(cwd)).map(readOnly),
    readOnly(join(cwd, steeringFile)),
    ...((await kindOf(state)) === 'folder' ? [empty(state)] : []),
  ];
}

async function hiddenMounts(paths: readonly string[]): Promise<readonly Mount[]> {
  const mounts = await Promise.all(
    paths.map(async (path): Promise<readonly Mount[]> => {
      const kind = await kindOf(path);
      return kind === undefined ? [] : [kind === 'folder' ? empty(path) : { kind: 'closed', path }];
    }),
  );
  return mounts.flat();
}
