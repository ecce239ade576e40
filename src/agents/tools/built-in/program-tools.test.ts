import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processTable } from '../../../shared/process/process-table.ts';
import { newToolScene } from '../../../../test/support/tool-scene.ts';
import { verifies } from '../../../../test/support/verifies.ts';
import { gitDiffTool } from './git-diff.ts';
import { listFilesTool } from './list-files.ts';
import { searchCodeTool } from './search-code.ts';
import { shellTool } from './shell.ts';

function sceneWithFiles() {
  const scene = newToolScene();
  scene.write('src/a.ts', 'const needle = 1;\nconst other = 2;\n');
  scene.write('src/b.css', '.needle {}\n');
  scene.write('docs/ü b.md', 'A Needle [in] a file\n');
  scene.write('dist/out.js', 'needle');
  scene.write('picture.bin', Buffer.from('needle\0'));
  scene.write('.gitignore', 'dist\n');
  symlinkSync('/etc', join(scene.folder, 'etc'));
  return scene;
}

describe.each(['in a repository', 'outside of a repository'])('%s', (where) => {
  const scene = () => {
    const made = sceneWithFiles();
    if (where === 'in a repository') made.git('init', '-q');
    return made;
  };

  test('search-code finds lines, and neither ignored nor binary files nor what links lead to', async () => {
    const { call } = scene();
    expect((await call(searchCodeTool, { pattern: 'needle|root:' })).text).toBe(
      'src/a.ts:1:const needle = 1;\nsrc/b.css:1:.needle {}',
    );
    expect(await call(searchCodeTool, { pattern: 'nowhere' })).toEqual({ text: 'Nothing found.', isError: false });
  });

  test('search-code takes a pattern as it is, without regard to case, in a folder, by name', async () => {
    const { call } = scene();
    const search = async (input: object): Promise<string> =>
      (await call(searchCodeTool, { pattern: 'needle', ...input })).text;
    expect(await search({ pattern: '[in]', literal: true })).toBe('docs/ü b.md:1:A Needle [in] a file');
    expect(await search({ ignore_case: true, path: 'docs' })).toBe('docs/ü b.md:1:A Needle [in] a file');
    expect(await search({ glob: '*.css' })).toBe('src/b.css:1:.needle {}');
    expect(await search({ path: 'src', glob: '*.ts' })).toBe('src/a.ts:1:const needle = 1;');
    expect(await search({ pattern: String.raw`^const\s+\w+ = [0-9]`, limit: 1 })).toBe(
      'src/a.ts:1:const needle = 1;\n[1 more lines; narrow the pattern, the path or the glob]',
    );
  });

  test('search-code says what is wrong with a pattern or a path', async () => {
    const { call } = scene();
    expect(await call(searchCodeTool, { pattern: '(' })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^git says: /),
    });
    expect(await call(searchCodeTool, { pattern: '--open-files-in-pager=touch x' })).toMatchObject({
      text: 'Nothing found.',
    });
    expect(await call(searchCodeTool, { pattern: 'x', path: 'etc' })).toMatchObject({ isError: true });
  });

  test('list-files lists what is not ignored', async () => {
    const { call } = scene();
    const all = ['.gitignore', 'docs/ü b.md', 'etc', 'picture.bin', 'src/a.ts', 'src/b.css'];
    expect((await call(listFilesTool, {})).text.split('\n')).toEqual(all);
    expect((await call(listFilesTool, { path: 'src' })).text).toBe('src/a.ts\nsrc/b.css');
    expect((await call(listFilesTool, { glob: '*.ts' })).text).toBe('src/a.ts');
    expect((await call(listFilesTool, { path: 'docs', glob: 'ü*' })).text).toBe('docs/ü b.md');
    expect((await call(listFilesTool, { path: 'src', glob: '*.none' })).text).toBe('No files.');
    expect((await call(listFilesTool, { limit: 1 })).text).toMatch(/^\.gitignore\n\[\d more; /);
    expect(await call(listFilesTool, { path: 'missing' })).toEqual({ text: 'missing does not exist.', isError: true });
    expect(await call(listFilesTool, { path: 'etc' })).toMatchObject({ isError: true });
  });
});

describe('git-diff', () => {
  test('shows what was changed since the last commit, and what git does not know', async () => {
    const { git, write, call } = sceneWithFiles();
    git('init', '-q');
    git('add', 'src');
    git('commit', '-qm', 'one');
    expect((await call(gitDiffTool, { path: 'src' })).text).toBe('No changes.');
    write('src/a.ts', 'const needle = 3;\nconst other = 2;\n');
    write('src/new.ts', '');
    const { text } = await call(gitDiffTool, { path: 'src' });
    expect(text).toContain('-const needle = 1;\n+const needle = 3;');
    expect(text).toMatch(/Files git does not know yet:\nsrc\/new\.ts$/);
    expect((await call(gitDiffTool, { path: 'src', stat: true })).text).toContain('src/a.ts | 2 +-');
    expect(await call(gitDiffTool, { base: 'nowhere' })).toMatchObject({ isError: true });
    expect(await call(gitDiffTool, { base: '--output=x' })).toMatchObject({ isError: true });
  });

  test('no program that the repository names is run', async () => {
    const { folder, git, write, call } = sceneWithFiles();
    git('init', '-q');
    write('.gitattributes', '*.ts diff=evil\n');
    git('add', 'src', '.gitattributes');
    git('commit', '-qm', 'one');
    for (const key of ['core.fsmonitor', 'diff.external', 'diff.evil.command', 'diff.evil.textconv', 'core.pager'])
      git('config', key, `touch ${join(folder, 'owned')}; cat`);
    write('src/a.ts', 'changed\n');
    expect((await call(gitDiffTool, {})).text).toContain('+changed');
    await call(listFilesTool, {});
    await call(searchCodeTool, { pattern: 'changed' });
    expect(existsSync(join(folder, 'owned'))).toBe(false);
  });
});

describe('shell', () => {
  test('runs a command in the working folder and tells both streams in order, and the exit code', async () => {
    const { folder, events, call } = newToolScene();
    expect(await call(shellTool, { command: 'pwd; echo problem >&2; echo done' })).toEqual({
      text: `${folder}\nproblem\ndone\n`,
      isError: false,
    });
    expect(await call(shellTool, { command: 'printf half; exit 3' })).toEqual({
      text: 'half\n[exit code 3]',
      isError: true,
    });
    expect(await call(shellTool, { command: 'true' })).toEqual({ text: '[no output]', isError: false });
    expect(events.filter(({ type }) => type === 'ProcessStarted')).toMatchObject([
      { command: 'pwd; echo problem >&2; echo done' },
      { command: 'printf half; exit 3' },
      { command: 'true' },
    ]);
  });

  test('sees the allow-listed environment and the variables of the call', async () => {
    const { context, toolbox } = newToolScene();
    const box = toolbox({
      tools: [shellTool],
      baseEnv: { PATH: process.env['PATH'], API_KEY: 'k', HOME: '/h', MINE_A: 'a' },
      allowEnv: ['MINE_*'],
    });
    const { text } = await box.call(
      'shell',
      { command: 'echo "$API_KEY,$HOME,$MINE_A,$X"' },
      { ...context, env: { X: 'x' } },
    );
    expect(text).toBe(',/h,a,x\n');
  });

  test('what takes too long is ended, with everything it started', async () => {
    const { folder, call } = newToolScene();
    const command = `sh -c 'trap "" TERM; echo $$ > inner; sleep 1000; sleep 1000' & sleep 1000`;
    const { text, isError } = await call(shellTool, { command, timeout_seconds: 1 });
    expect({ text, isError }).toEqual({ text: '[ended after 1 seconds, the time it had]', isError: true });
    const inner = Number(readFileSync(join(folder, 'inner'), 'utf8'));
    expect(processTable().some(({ pid }) => pid === inner)).toBe(false);
  });

  test('a call that is aborted ends its command and rejects with the reason', async () => {
    const controller = new AbortController();
    const { folder, events, call } = newToolScene({ signal: controller.signal });
    const calling = call(shellTool, { command: 'echo $$ > pid; sleep 1000' }).catch((thrown: unknown) => thrown);
    while (!existsSync(join(folder, 'pid'))) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    expect(await calling).toEqual(new Error('enough'));
    expect(events.map(({ type }) => type)).toEqual(['ProcessStarted', 'ProcessExited']);
  });

  verifies(
    'defect:unbounded-output',
    'a flood is bounded, and a secret in it is found wherever it is cut',
    async () => {
      const { kept, call } = newToolScene();
      const command = 'yes swordfish-123 | head -n 300000; echo end';
      const { text } = await call(shellTool, { command });
      expect(text.length).toBeLessThan(33_000);
      expect(text).toMatch(
        /^\[redacted:SECRET\]\n[^]*\[\.\.\. \d+ characters left out here \.\.\.\][^]*end\n\n\[whole output: kept 1\]$/,
      );
      expect(kept[0]?.length).toBeLessThan(5_000_000);
      expect(kept.join('')).not.toContain('swordfish');
    },
  );
});
