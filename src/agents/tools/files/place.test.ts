import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newToolScene } from '../../../../test/support/tool-scene.ts';
import { verifies } from '../../../../test/support/verifies.ts';
import { ToolProblem } from '../tool.ts';
import { isInside, placeIn } from './place.ts';
import { readText } from './read-text.ts';
import { writeText } from './write-text.ts';

function sceneWithLinks() {
  const scene = newToolScene();
  const beside = join(dirname(scene.folder), 'work-too');
  mkdirSync(beside);
  writeFileSync(join(beside, 'secret.txt'), 'not yours');
  scene.write('a/b/file.txt', 'text');
  symlinkSync(beside, join(scene.folder, 'out'));
  symlinkSync('../../work-too/secret.txt', join(scene.folder, 'a/secret'));
  symlinkSync('b', join(scene.folder, 'a/in'));
  symlinkSync(join(beside, 'new.txt'), join(scene.folder, 'dangling'));
  symlinkSync('loop', join(scene.folder, 'loop'));
  symlinkSync(scene.folder, join(beside, 'back'));
  return { ...scene, beside };
}

test.each([
  ['a/b/file.txt', 'a/b/file.txt'],
  ['./a/../a/b/', 'a/b'],
  ['', '.'],
  ['a/in/file.txt', 'a/b/file.txt'],
  ['new/deep/file.txt', 'new/deep/file.txt'],
  ['..file', '..file'],
  // Written as a way out, and none: what counts is where it ends.
  ['../work/a', 'a'],
  ['out/back/a', 'a'],
  ['out/../a', 'a'],
])('%j is %j of the working folder', async (path, name) => {
  const { folder } = sceneWithLinks();
  expect(await placeIn(folder, path)).toMatchObject({ name });
  expect(await placeIn(folder, join(folder, path))).toMatchObject({ name });
});

test.each([
  '..',
  '../work-too/secret.txt',
  '/etc/passwd',
  '/',
  'out',
  'out/secret.txt',
  'out/new.txt',
  'out/new/deep.txt',
  'a/secret',
  'dangling',
  'loop',
  'loop/file.txt',
  'a\0b',
])('%j leads out, or nowhere, and is refused', async (path) => {
  const { folder } = sceneWithLinks();
  await expect(placeIn(folder, path)).rejects.toThrow(ToolProblem);
});

test('a working folder that is reached through a link is the folder it leads to', async () => {
  const { folder, beside } = sceneWithLinks();
  expect(await placeIn(join(beside, 'back'), join(beside, 'back/a/b'))).toMatchObject({ root: folder, name: 'a/b' });
});

verifies(
  'defect:path-prefix',
  'whatever is written, what is found lies in the folder, with no link on the way',
  async () => {
    const { folder } = sceneWithLinks();
    const part = fc.constantFrom(
      '..',
      '.',
      '',
      'a',
      'b',
      'in',
      'out',
      'back',
      'work',
      'work-too',
      'dangling',
      'new',
      'loop',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), fc.boolean(), async (parts, absolute) => {
        const path = absolute ? `${folder}/${parts.join('/')}` : parts.join('/');
        const place = await placeIn(folder, path).catch((thrown: unknown) => {
          if (thrown instanceof ToolProblem) return undefined;
          throw thrown;
        });
        if (!place) return;
        expect(isInside(folder, place.path)).toBe(true);
        expect(await placeIn(folder, place.name)).toEqual(place);
        let there = place.path;
        while (there !== folder && !isThere(there)) there = dirname(there);
        expect(realpathSync(there)).toBe(there);
      }),
      { seed: 11, numRuns: 400 },
    );
  },
);

function isThere(path: string): boolean {
  try {
    realpathSync(path);
    return true;
  } catch {
    return false;
  }
}

test('a folder that is swapped for a link behind the look is not followed', async () => {
  const { folder, beside, ...scene } = sceneWithLinks();
  scene.write('swap/secret.txt', 'mine');
  const place = await placeIn(folder, 'swap/secret.txt');
  const swapped = { ...place, path: join(folder, 'out/secret.txt') };
  await expect(readText(swapped)).rejects.toThrow(ToolProblem);
  await expect(writeText({ ...swapped, path: join(folder, 'out/new.txt') }, 'x')).rejects.toThrow(ToolProblem);
  mkdirSync(join(beside, 'deep'));
  writeFileSync(join(beside, 'deep/secret.txt'), 'not yours');
  const below = { ...place, path: join(folder, 'out/deep/secret.txt') };
  await expect(readText(below)).rejects.toThrow(ToolProblem);
  expect(isThere(join(beside, 'new.txt'))).toBe(false);
});

test('a file that is swapped for a link behind the look is not read, and not written through', async () => {
  const { folder, beside } = sceneWithLinks();
  const place = { root: folder, path: join(folder, 'a/secret'), name: 'a/secret' };
  await expect(readText(place)).rejects.toThrow(ToolProblem);
  await expect(writeText(place, 'x')).rejects.toThrow(ToolProblem);
  expect(await readText({ root: beside, path: join(beside, 'secret.txt'), name: 'secret.txt' })).toBe('not yours');
});
