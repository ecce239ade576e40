import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { newGitProject, type GitProject } from '../support/git-project.ts';
import { limitDisk, type LimitedDisk } from '../support/limited-disk.ts';
import { verifies } from '../support/verifies.ts';
import { leftBehind } from '../support/left-behind.ts';
import { ends, turns, writes } from '../support/writing-agents.ts';

const room = 2_000_000;

/** More than there is room for, also as git compresses it: what is repeated lies too far apart. The journal has room for it. */
const large = randomBytes(75_000).toString('base64').repeat(30);

const pipeline = `digraph Full { ${ends} before [prompt="Before"] fill [prompt="Fill"] after [prompt="After"]
  start -> before -> fill -> after -> exit }`;

const script = {
  before: turns(writes({ before: 'b\n' })),
  fill: turns(writes({ small: 's\n' }), writes({ large }), writes({ 'small.more': 's\n' })),
  after: turns(writes({ after: 'a\n' })),
};

/** Makes something of a project that is there already a disk of its own. */
function ontoSmallDisk(project: GitProject, path: string): LimitedDisk {
  const aside = join(project.folder, '../aside');
  const folder = join(project.folder, path);
  mkdirSync(folder, { recursive: true });
  cpSync(folder, aside, { recursive: true });
  const disk = limitDisk(folder, room);
  cpSync(aside, folder, { recursive: true });
  return disk;
}

describe('a disk that is full', () => {
  verifies(
    'workspace:disk-full',
    'where a run has its folders, or where the repository has its objects, ends it with what to do; with room again it goes on, and nothing is lost',
    async () => {
      for (const place of ['.orchestra/worktrees', '.git/objects']) {
        const project = newGitProject();
        project.write('orchestra.yaml', { workspace: { secrets: 'allow' } });
        project.write('p.dot', pipeline);
        project.write('s.json', script);
        const before = project.checkout();
        const disk = ontoSmallDisk(project, place);
        const full = await project.run(['run', 'p.dot', '--script', 's.json'], { prefix: disk.prefix });
        expect({ place, code: full.code, stderr: full.stderr }).toMatchObject({
          code: 2,
          stderr: expect.stringMatching(
            /^error STORAGE_FAILED: [^]*\n {2}Free space [^]*orchestra resume RUN/m,
          ) as string,
        });
        expect((await project.shown()).state).toBe('interrupted');
        const { branch } = await project.repository();
        const made = (): readonly string[] =>
          project.git('log', '--reverse', '--format=%s', `main..${branch}`).split('\n');
        const first = made();
        expect(first).toEqual(['Add before', 'Add small']);
        expect(project.git('fsck', '--no-dangling')).toBe('');
        disk.lift();
        const resumed = await project.run(['resume', 'last', '--json']);
        expect(resumed.result(), resumed.stderr).toMatchObject({ status: 'success' });
        expect(made()).toEqual([...first, 'Add large', 'Add small.more', 'Add after']);
        expect(project.git('cat-file', '-s', `${branch}:large`)).toBe(String(large.length));
        expect(leftBehind(project)).toEqual([]);
        expect(project.checkout()).toBe(before);
      }
    },
  );
});
