import { chmodSync, lstatSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FormatDocument } from '../../src/contract/command-documents.ts';
import { newProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const untidy = 'digraph G{start[shape=Mdiamond];start->end;end[shape=Msquare]} // done\n';
const tidy = 'digraph G {\n  start [shape=Mdiamond]\n  start -> end\n  end [shape=Msquare]\n} // done\n';
const habits = 'strict digraph { "start" -> {"do it"} [weight=1 color="red"] "do it" -> end }';

describe('fmt', () => {
  verifies('fmt:print', 'prints one file and leaves it alone', async () => {
    const project = newProject();
    project.write('a.dot', untidy);
    const { code, stdout, stderr } = await project.run(['fmt', 'a.dot']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: tidy, stderr: '' });
    expect(project.read('a.dot')).toBe(untidy);
  });

  verifies(
    'fmt:check',
    '--check, and several files, write nothing and end with 1 when one is not canonical',
    async () => {
      const project = newProject();
      project.write('a.dot', untidy);
      project.write('b.dot', tidy);
      const [checked, both, fine] = await Promise.all([
        project.run(['fmt', '--check', 'a.dot']),
        project.run(['fmt', 'a.dot', 'b.dot']),
        project.run(['fmt', '--check', 'b.dot']),
      ]);
      expect([checked.code, both.code, fine.code]).toEqual([1, 1, 0]);
      expect(checked.stdout).toBe('a.dot: not canonical\n');
      expect(checked.stderr).toContain('orchestra fmt --fix');
      expect(both.stdout).toBe('a.dot: not canonical\n2 files: 1 not canonical, 0 with errors\n');
      expect(project.read('a.dot')).toBe(untidy);
    },
  );

  verifies('fmt:fix', '--fix writes what is not canonical, and only that', async () => {
    const project = newProject();
    project.write('a.dot', untidy);
    const before = statSync(project.write('b.dot', tidy), { bigint: true });
    const fixed = await project.run(['fmt', '--fix', 'a.dot', 'b.dot']);
    expect(fixed).toMatchObject({ code: 0, stdout: 'a.dot: written\n2 files: 1 written, 0 with errors\n' });
    expect(project.read('a.dot')).toBe(tidy);
    const after = statSync(join(project.folder, 'b.dot'), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    expect((await project.run(['fmt', '--fix', 'a.dot'])).stdout).toBe('a.dot: canonical already\n');
  });

  verifies(
    ['fmt:lenient', 'fmt:fix'],
    '--fix --lenient makes habits of Graphviz a strict file, naming each',
    async () => {
      const project = newProject();
      project.write('habits.dot', habits);
      const fixed = await project.run(['fmt', '--fix', '--lenient', 'habits.dot']);
      expect(fixed.code).toBe(0);
      expect(fixed.stdout).toContain('habits.dot:1:1 warning `strict` is not allowed [graphviz_habit]');
      expect(fixed.stdout).toContain('0 errors, 7 warnings\nhabits.dot: written\n');
      const compiled = await project.run(['compile', 'habits.dot', '--json']);
      expect(compiled.document()).toMatchObject({
        ok: true,
        graph: {
          nodes: [{ id: 'start' }, { id: 'do_it', attributes: { label: 'do it' } }, { id: 'end' }],
          edges: [
            { from: 'start', to: 'do_it', attributes: { weight: 1, color: 'red' } },
            { from: 'do_it', to: 'end' },
          ],
        },
      });
    },
  );

  verifies('fmt:errors', 'leaves a file with errors alone, and says how habits are read', async () => {
    const project = newProject();
    project.write('habits.dot', habits);
    project.write('broken.dot', 'digraph G { a -> }');
    project.write('a.dot', untidy);
    const fixed = await project.run(['fmt', '--fix', 'habits.dot', 'broken.dot', 'a.dot']);
    expect(fixed.code).toBe(1);
    expect(fixed.stdout).toContain('broken.dot: left alone: it has errors');
    expect(fixed.stdout).toContain('3 files: 1 written, 2 with errors');
    expect(fixed.stderr).toContain('`orchestra fmt --fix --lenient habits.dot`');
    expect([project.read('habits.dot'), project.read('broken.dot')]).toEqual([habits, 'digraph G { a -> }']);
    const compiled = await project.run(['compile', 'habits.dot']);
    expect(compiled.stderr).toContain('`orchestra fmt --fix --lenient habits.dot`');
    expect((await project.run(['compile', 'broken.dot'])).stderr).toBe('');
  });

  verifies('fmt:json', '--json gives one document', async () => {
    const project = newProject();
    project.write('a.dot', untidy);
    project.write('habits.dot', habits);
    const printed = (await project.run(['fmt', '--json', 'a.dot'])).document<FormatDocument>();
    expect(printed).toEqual({
      ok: true,
      files: [{ file: 'a.dot', outcome: 'different', diagnostics: [], text: tidy }],
    });
    const fixed = await project.run(['fmt', '--fix', '--json', 'a.dot', 'habits.dot']);
    expect(fixed.code).toBe(1);
    const { ok, files } = fixed.document<FormatDocument>();
    expect(ok).toBe(false);
    expect(files.map(({ outcome, text }) => [outcome, text])).toEqual([
      ['written', undefined],
      ['refused', undefined],
    ]);
    expect(files[1]?.diagnostics[0]).toMatchObject({ severity: 'error', edits: [{ start: 0, end: 6, text: '' }] });
  });

  verifies(
    'fmt:write',
    'keeps the mode of the file and the link that leads to it, and leaves nothing beside it',
    async () => {
      const project = newProject();
      chmodSync(project.write('real/a.dot', untidy), 0o640);
      symlinkSync('real/a.dot', join(project.folder, 'link.dot'));
      expect((await project.run(['fmt', '--fix', 'link.dot'])).stdout).toBe('link.dot: written\n');
      expect(lstatSync(join(project.folder, 'link.dot')).isSymbolicLink()).toBe(true);
      expect(project.read('real/a.dot')).toBe(tidy);
      expect(statSync(join(project.folder, 'real/a.dot')).mode & 0o777).toBe(0o640);
      expect(readdirSync(join(project.folder, 'real'))).toEqual(['a.dot']);
    },
  );

  verifies('fmt:bytes', 'bytes that are no UTF-8 are refused, line ends stay', async () => {
    const project = newProject();
    const latin = Buffer.from('digraph G { a [label="gr\u00fcn"] }', 'latin1');
    writeFileSync(join(project.folder, 'latin.dot'), latin);
    const refused = await project.run(['fmt', '--fix', 'latin.dot']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('FILE_UNREADABLE');
    project.write('crlf.dot', '\uFEFFdigraph G {\r\na}\r\n');
    await project.run(['fmt', '--fix', 'crlf.dot']);
    expect(project.read('crlf.dot')).toBe('digraph G {\r\n  a\r\n}\r\n');
  });

  test('a name that is wrong leaves every file as it is; --fix and --check exclude each other', async () => {
    const project = newProject();
    project.write('a.dot', untidy);
    expect(await project.run(['fmt', '--fix', 'a.dot', 'absent.dot'])).toMatchObject({ code: 2, stdout: '' });
    expect(await project.run(['fmt', '--fix', '--check', 'a.dot'])).toMatchObject({ code: 2, stdout: '' });
    expect(project.read('a.dot')).toBe(untidy);
  });
});

verifies('lenient:commands', 'graph and resume read habits with --lenient, as compile and run do', async () => {
  const project = newProject();
  project.write('habits.dot', habits);
  const [strict, lenient] = await Promise.all([
    project.run(['graph', 'habits.dot', '--format', 'dot']),
    project.run(['graph', 'habits.dot', '--format', 'dot', '--lenient']),
  ]);
  expect([strict.code, lenient.code]).toEqual([1, 0]);
  expect(lenient.stdout).toContain('do_it');
  const gate = 'digraph { start -> gate -> end gate [shape=hexagon label="Go?"] }';
  project.write('gate.dot', gate);
  const waiting = await project.run(['run', 'gate.dot', '--lenient', '--json', '--backend', 'simulation']);
  expect(waiting.code).toBe(3);
  project.write('edited.dot', gate.replace('label="Go?"', 'label="Go on?"'));
  const resume = (...flags: string[]) => project.run(['resume', 'last', '--pipeline', 'edited.dot', ...flags]);
  expect((await resume()).code).toBe(1);
  expect((await resume('--lenient')).code).toBe(3);
  expect(await project.run(['resume', 'last', '--lenient'])).toMatchObject({ code: 2 });
});
