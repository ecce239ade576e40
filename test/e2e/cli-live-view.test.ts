import { describe, expect, test } from 'vitest';
import { newProject, until, type CliProject } from '../support/cli.ts';
import { openTerminal, type TmuxTerminal } from '../support/tmux.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Feature {
  graph [goal="Add a dark mode"]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  review [shape=component]
  security [prompt="Look"]
  tests [shape=parallelogram, tool_command="echo suite one; while [ ! -e go ]; do sleep 0.02; done"]
  join [shape=tripleoctagon]
  approve [shape=hexagon, label="Ship it?"]
  start -> review
  review -> security -> join
  review -> tests -> join
  join -> approve
  approve -> exit [label="[Y] Yes"]
  approve -> review [label="[N] Not yet"]
}`;

const wide = { columns: 100, rows: 40 };

function projectWith(files: Readonly<Record<string, string>> = {}): CliProject {
  const project = newProject();
  project.write('feature.dot', pipeline);
  project.write('script.json', '{}');
  for (const [name, content] of Object.entries(files)) project.write(name, content);
  return project;
}

/** A terminal in which the sample waits at its gate. */
async function atTheGate(project: CliProject, env: Readonly<Record<string, string>> = {}): Promise<TmuxTerminal> {
  project.write('go', '');
  const terminal = openTerminal(project, wide, env);
  terminal.orchestra('run feature.dot --script script.json');
  await terminal.shows('Select:');
  return terminal;
}

const rowOf = (lines: readonly string[], node: string): string | undefined =>
  lines.find((line) => new RegExp(`^\\s*\\S ${node}\\b`).test(line));

describe('the live view on a terminal', () => {
  verifies(
    ['terminal:live:nodes', 'terminal:live:nested', 'terminal:live:question', 'terminal:live:kept'],
    'shows nodes and branches as they go on, asks in the picture, and leaves the last state behind',
    async () => {
      const project = projectWith();
      const terminal = openTerminal(project, wide);
      terminal.orchestra('run feature.dot --script script.json');
      await terminal.shows('1 of 2 branches');
      const going = await terminal.shows('suite one');
      expect(rowOf(going, 'review')).toMatch(/^ {2}● review +running +\d+s +1 of 2 branches$/);
      expect(rowOf(going, 'security')).toMatch(/^ {4}✓ security +done/);
      expect(rowOf(going, 'tests')).toMatch(/^ {4}● tests +running +\d+s +suite one$/);
      expect(rowOf(going, 'approve')).toMatch(/^ {2}○ approve +pending$/);
      expect(terminal.cursorIsShown()).toBe(false);

      project.write('go', '');
      const asked = await terminal.shows('Select:');
      expect(rowOf(asked, 'approve')).toMatch(/\? approve +waiting/);
      expect(asked.slice(-4)).toEqual(['? Ship it?', '  [Y] Yes', '  [N] Not yet', 'Select:']);
      terminal.type('maybe');
      await terminal.shows('Please answer with one of: Y, N');
      terminal.type('y');
      await terminal.shows('exit code 0');
      const kept = terminal.history();
      expect(rowOf(kept, 'approve')).toMatch(/✓ approve +done +\S+ +Selected \[Y\] Yes/);
      expect(kept.filter((line) => line.startsWith('Feature  '))).toHaveLength(1);
      expect(kept.some((line) => line.startsWith('[Pipeline] completed after'))).toBe(true);
      expect(kept.join('\n')).not.toContain('Select:');
      expect(terminal.cursorIsShown()).toBe(true);
    },
  );

  verifies('terminal:live:resize', 'follows the size of the terminal, and nothing stale stays behind', async () => {
    const terminal = await atTheGate(projectWith());
    for (const size of [
      { columns: 60, rows: 40 },
      { columns: 40, rows: 40 },
      { columns: 20, rows: 40 },
      { columns: 120, rows: 40 },
      { columns: 80, rows: 12 },
      { columns: 80, rows: 40 },
    ]) {
      terminal.resize(size);
      const heading = size.columns < 30 ? /^Feature {2}20\S*…$/ : /^Feature {2}\d{8}-\d{6}-\w{6}$/;
      await until(() => {
        const seen = terminal.history();
        const rows = seen.filter((line) => /^ *\? approve\b/.test(line));
        const isDrawn = seen.some((line) => heading.test(line)) && seen.at(-1) === 'Select:';
        const isAlone = rows.length === 1 && seen.filter((line) => line === 'Select:').length === 1;
        return isDrawn && isAlone && rows[0]?.includes('waiting') === size.columns >= 76;
      });
    }
    terminal.type('Y');
    await terminal.shows('exit code 0');
  });

  verifies(
    ['terminal:live:interrupt', 'machine:exit:interrupt'],
    'the first Ctrl-C says what is awaited, the second cancels',
    async () => {
      const project = projectWith();
      const terminal = openTerminal(project, wide);
      await terminal.shows(/[$#]/);
      // The terminal itself.
      const before = project.leftRunning().length;
      terminal.orchestra('run feature.dot --script script.json');
      await terminal.shows('suite one');
      terminal.press('C-c');
      const pausing = (await terminal.shows('Awaited:')).join('\n');
      expect(pausing).toMatch(
        /Pausing: nothing new starts, what runs has \d+s to end\. Ctrl-C again cancels the run\./,
      );
      expect(pausing).toContain('Awaited: tests.');
      terminal.press('C-c');
      const ended = await terminal.shows('exit code 130');
      expect(rowOf(ended, 'tests')).toMatch(/⊘ tests +cancelled/);
      expect(terminal.cursorIsShown()).toBe(true);
      await until(() => project.leftRunning().length === before);
    },
  );

  verifies('terminal:live:restored', 'the terminal is given back when a signal ends the run', async () => {
    for (const signal of ['TERM', 'HUP', 'QUIT']) {
      const terminal = await atTheGate(projectWith());
      expect(terminal.cursorIsShown()).toBe(false);
      terminal.press('C-z');
      await terminal.shows('Stopped');
      expect(terminal.cursorIsShown()).toBe(true);
      // Stopped, it is told of the signal when it goes on.
      terminal.type(`kill -${signal} %1; fg; stty -a | grep -ow -- "-\\?echo"; echo "after $?"`);
      const ended = (await terminal.shows('after 0')).join('\n');
      expect(ended).toContain('\necho\n');
      expect(terminal.cursorIsShown()).toBe(true);
    }
  });

  verifies('terminal:live:suspended', 'Ctrl-Z gives the terminal to the shell, and fg takes it back', async () => {
    const terminal = await atTheGate(projectWith());
    terminal.press('C-z');
    await terminal.shows('Stopped');
    terminal.type('echo still$((1))here');
    await terminal.shows('still1here');
    terminal.type('fg');
    const again = await terminal.shows(/still1here[^]*Select:/);
    expect(rowOf(again.toReversed(), 'approve')).toMatch(/waiting/);
    terminal.type('Y');
    await terminal.shows('[Pipeline] completed');
    expect(terminal.cursorIsShown()).toBe(true);
  });

  verifies(
    ['terminal:live:resumed', 'terminal:live:unattended'],
    'a resumed run is shown with what it did before; Ctrl-D leaves the question to others',
    async () => {
      const project = projectWith();
      const terminal = await atTheGate(project);
      terminal.press('C-d');
      await terminal.shows('exit code 3');
      terminal.type('clear');
      terminal.orchestra('resume last');
      const resumed = await terminal.shows('Select:');
      expect(rowOf(resumed, 'security')).toMatch(/✓ security +done/);
      expect(rowOf(resumed, 'approve')).toMatch(/\? approve +waiting/);
      expect((await project.run(['answer', 'last', 'Y'])).code).toBe(0);
      await terminal.shows('exit code 0');
      expect(terminal.screen().join('\n')).toContain('? Ship it? (no longer awaited)');
    },
  );

  verifies('terminal:live:watch', 'status --watch shows a run of another process, and leaving is no harm', async () => {
    const project = projectWith();
    const running = project.start(['run', 'feature.dot', '--script', 'script.json'], { stdin: '\0open' });
    await running.tells('> tests');
    const terminal = openTerminal(project, wide);
    terminal.orchestra('status --watch');
    expect(rowOf(await terminal.shows('suite one'), 'tests')).toMatch(/● tests +running/);
    terminal.press('C-c');
    await terminal.shows('exit code 0');
    terminal.orchestra('status last --watch');
    project.write('go', '');
    await terminal.shows(/Answer with: orchestra answer \S+ Y/);
    expect((await project.run(['answer', 'last', 'Y'])).code).toBe(0);
    await terminal.shows(/Run \S+ is completed\.\nexit code 0/);
    expect((await running.finished).code).toBe(0);
  });

  verifies('terminal:live:colours', 'without colours no meaning is lost, and none are sent', async () => {
    const coloured = (await atTheGate(projectWith())).colours();
    expect(coloured).toContain('\u001B[32m✓');
    for (const env of [{ NO_COLOR: '1' }, { FORCE_COLOR: '0' }]) {
      const terminal = await atTheGate(projectWith(), env);
      expect(terminal.colours()).not.toContain('\u001B');
      expect(rowOf(terminal.screen(), 'security')).toMatch(/✓ security +done/);
    }
  });

  verifies('terminal:live:ascii', 'a terminal whose locale is not UTF-8 gets ASCII', async () => {
    const text = (await atTheGate(projectWith(), { LC_ALL: 'C' })).screen().join('\n');
    expect(text).toMatch(/^[\x20-\x7E\n]*$/);
    expect(text).toMatch(/\+ security +done/);
  });
});

verifies(
  'terminal:plain',
  'plain lines are written with --plain, on a dumb terminal, in CI and to no terminal',
  async () => {
    for (const [flags, env] of [
      ['--plain', {}],
      ['', { TERM: 'dumb' }],
      ['', { CI: 'true' }],
    ] as const) {
      const project = projectWith({ go: '' });
      const terminal = openTerminal(project, wide);
      const setting = Object.entries(env).map(([name, value]) => `export ${name}=${value};`);
      terminal.type(setting.join(' '));
      terminal.orchestra(`run feature.dot --script script.json ${flags}`);
      const asked = await terminal.shows('Select:');
      expect(asked.some((line) => line.includes('+ security'))).toBe(true);
      expect(asked.join('\n')).not.toContain('pending');
      terminal.type('Y');
      await terminal.shows('exit code 0');
    }
    const project = projectWith({ go: '' });
    const { stderr } = await project.run(['run', 'feature.dot', '--script', 'script.json', '--auto-approve']);
    expect(stderr).toContain('  + security');
    expect(stderr).not.toContain('\u001B');
  },
);

test('the picture of a child pipeline lies below the node that runs it', async () => {
  const project = projectWith({
    'parent.dot':
      'digraph Parent { start [shape=Mdiamond] exit [shape=Msquare] build [type="sub_pipeline", sub_pipeline.dotfile="child.dot"] start -> build -> exit }',
    'child.dot':
      'digraph Child { start [shape=Mdiamond] exit [shape=Msquare] ask [shape=hexagon, label="Go on?"] start -> ask -> exit }',
  });
  const terminal = openTerminal(project, wide);
  terminal.orchestra('run parent.dot --script script.json');
  const asked = await terminal.shows(/Go on\?[^]*Select:|Go on\?[^]*\n> ?$/);
  expect(rowOf(asked, 'build')).toMatch(/^ {2}● build +running/);
  expect(rowOf(asked, 'ask')).toMatch(/^ {4}\? ask +waiting/);
});
