import { randomUUID } from 'node:crypto';
import { access, constants, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OrchestraError } from '../shared/errors.ts';
import { writable } from './text-file.ts';

/**
 * Gives a file of the user a new text, whole or not at all: whoever reads it, and whatever is killed,
 * sees the old text or the new one. Mode and owner stay, and so do links that lead to the file; only hard
 * links keep the old text.
 * @param read what was read from the file: when something else stands there by now, it stays
 * @throws OrchestraError FILE_UNWRITABLE
 */
export async function replaceTextFile(path: string, read: Uint8Array, text: string): Promise<void> {
  await writable(path, async () => {
    const file = await realpath(path);
    const { mode, uid, gid } = await ordinaryFile(file, path);
    const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}.tmp`);
    try {
      await writeDraft(draft, text, { mode, uid, gid });
      if (!(await readFile(file)).equals(read)) {
        throw new OrchestraError('FILE_UNWRITABLE', `${path} was changed meanwhile and is left as it is`, {
          hint: 'Run the command again.',
        });
      }
      await rename(draft, file);
    } catch (thrown) {
      await rm(draft, { force: true });
      throw thrown;
    }
  });
}

async function ordinaryFile(file: string, shownPath: string) {
  const found = await stat(file);
  if (!found.isFile()) {
    throw new OrchestraError('FILE_UNWRITABLE', `${shownPath} cannot be written: it is not an ordinary file`);
  }
  // Its folder alone decides whether it can be replaced; a file that is not to be written stays all the same.
  await access(file, constants.W_OK);
  return found;
}

async function writeDraft(draft: string, text: string, owner: { mode: number; uid: number; gid: number }) {
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    const made = await handle.stat();
    if (made.uid !== owner.uid || made.gid !== owner.gid) await handle.chown(owner.uid, owner.gid);
    await handle.chmod(owner.mode & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
