import { spawn, spawnSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { newProject, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Sample {
  start [shape=Mdiamond] exit [shape=Msquare]
  gate [shape=hexagon, label="Good?"]
  start -> gate  gate -> exit [label="[Y] Yes"]  gate -> exit [label="[N] No"]
}`;

/** A project with `orchestra` on its PATH, a pipeline, and a run that waits. */
async function completedProject(): Promise<CliProject> {
  const project = newProject();
  symlinkSync(join(import.meta.dirname, '../../bin/orchestra.js'), join(project.bin, 'orchestra'));
  project.write('sample.dot', pipeline);
  project.write('more/deep one.dot', pipeline);
  project.write('notes.txt', '');
  await project.run(['run', 'sample.dot', '--json']);
  return project;
}

/** What is proposed in the place of the last word, without descriptions. */
async function proposed(project: CliProject, ...words: string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await project.run(['__complete', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
}

const runId = async (project: CliProject): Promise<string> =>
  (await project.run(['runs', '--json'])).document<{ runs: { runId: string }[] }>().runs[0]!.runId;

describe('what is proposed', () => {
  verifies('machine:command:completion', 'commands, flags and the values of flags', async () => {
    const project = await completedProject();
    expect(await proposed(project, 're')).toEqual(['resume', 'replay', 'record']);
    expect(await proposed(project, 'run', 'sample.dot', '--auto')).toEqual(['--auto-approve']);
    expect(await proposed(project, 'run', 'sample.dot', '--backend', 's')).toEqual(['simulation', 'scripted']);
    expect(await proposed(project, 'graph', 'sample.dot', '--format', '')).toEqual(['terminal', 'svg', 'dot']);
    expect(await proposed(project, 'runs', '--state', 'p')).toEqual(['paused']);
    expect(await proposed(project, 'runs', '--pipeline', '')).toEqual(['Sample']);
    expect(await proposed(project, 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    // As bash breaks `--format=s`.
    expect(await proposed(project, 'graph', 'sample.dot', '--format', '=', 's')).toEqual(['svg']);
    expect(await proposed(project, 'graph', 'sample.dot', '--format', '=')).toEqual(['terminal', 'svg', 'dot']);
  });

  test('runs a command is for, their nodes, questions and answers', async () => {
    const project = await completedProject();
    const id = await runId(project);
    expect(await proposed(project, 'show', '2')).toEqual([id]);
    expect(await proposed(project, 'answer', 'l')).toEqual(['last']);
    expect(await proposed(project, 'answer', id, '')).toEqual(['--json', '--question', 'Y', 'N']);
    expect(await proposed(project, 'answer', id, '--question', '')).toEqual(['gate#1']);
    expect(await proposed(project, 'show', 'last', 'g')).toEqual(['gate']);
    expect(await proposed(project, 'logs', '--node', 's')).toEqual(['start']);
    await project.run(['cancel', 'last']);
    expect(await proposed(project, 'cancel', '2')).toEqual([]);
    // One that has ended can be returned to a turn.
    expect(await proposed(project, 'resume', '2')).toEqual([id]);
    expect(await proposed(project, 'show', '2')).toEqual([id]);
  });

  test('pipeline files, and folders that may hold them', async () => {
    const project = await completedProject();
    expect(await proposed(project, 'compile', 's')).toEqual(['sample.dot']);
    expect(await proposed(project, 'compile', 'm')).toEqual(['more/']);
    expect(await proposed(project, 'compile', 'more/')).toEqual(['more/deep one.dot']);
    expect(await proposed(project, 'compile', 'nowhere/')).toEqual([]);
  });

  test('nothing, and no complaint, where nothing can be read', async () => {
    const project = newProject();
    project.write('orchestra.yaml', 'backend: [');
    expect(await proposed(project, 'show', '')).toEqual([]);
    expect(await proposed(project, 'nothing', '')).toEqual([]);
    expect(project.has('.orchestra')).toBe(false);
  });
});

describe('completion', () => {
  verifies(
    'machine:did-you-mean',
    'of a shell there is no script for is refused with the one that was meant',
    async () => {
      const refused = await newProject().run(['completion', 'bahs']);
      expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('`bash`') });
    },
  );

  verifies('machine:command:completion', 'works in bash at a terminal', async () => {
    const project = await completedProject();
    const screen = await typed(
      project,
      ['bash', '--norc', '--noprofile', '-i'],
      [
        'eval "$(orchestra completion bash)"; PS1="rea""dy> "',
        'orchestra compi\tsam\t',
        'orchestra compi\tmo\tde\t',
        'orchestra graph sample.dot --format=s\t | head -c 5',
      ],
    );
    expect(screen).toContain('orchestra compile sample.dot');
    expect(screen).toContain('Sample: 3 nodes');
    expect(screen).toContain('more/deep\\ one.dot');
    expect(screen).toContain('--format=svg');
    expect(screen.match(/Sample: 3 nodes/g)).toHaveLength(2);
  });

  test.skipIf(!existsSync('/usr/bin/zsh'))('works in zsh at a terminal', async () => {
    const project = await completedProject();
    const screen = await typed(
      project,
      ['zsh', '-f', '-i'],
      [
        'autoload -Uz compinit; compinit -u -D; source <(orchestra completion zsh); PS1="rea""dy> "',
        'orchestra doc\t --js\t',
        'orchestra compile sam\t',
      ],
    );
    expect(screen).toContain('"findings"');
    expect(screen).toContain('Sample: 3 nodes');
  });

  test.skipIf(!existsSync('/usr/bin/fish'))('works in fish', async () => {
    const project = await completedProject();
    const ask = (line: string) =>
      spawnSync('fish', ['--no-config', '-c', `orchestra completion fish | source; complete --do-complete '${line}'`], {
        cwd: project.folder,
        env: shellEnvironment(project),
        encoding: 'utf8',
      }).stdout;
    expect(ask('orchestra comp')).toContain('compile\tCheck a pipeline');
    expect(ask('orchestra compile sam')).toBe('sample.dot\tpipeline\n');
    expect(ask('orchestra run sample.dot --script no')).toContain('notes.txt');
  });
});

const shellEnvironment = (project: CliProject) => ({
  PATH: `${project.bin}:/usr/bin:/bin`,
  HOME: project.home,
  TERM: 'dumb',
  LANG: 'C.UTF-8',
});

/** Types lines into a shell at a terminal, each when the prompt is there again; returns what the terminal showed. */
async function typed(project: CliProject, shell: readonly string[], lines: readonly string[]): Promise<string> {
  const terminal = spawn('script', ['--quiet', '--command', shell.join(' '), '/dev/null'], {
    cwd: project.folder,
    env: shellEnvironment(project),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  terminal.stdout.setEncoding('utf8').on('data', (chunk: string) => (screen += chunk));
  const ended = new Promise((resolve) => terminal.once('close', resolve));
  const prompts = () => screen.split('ready> ').length - 1;
  for (const [index, line] of lines.entries()) {
    // Keys are typed one after the other: a completion takes up what was typed before it.
    for (const part of line.split(/(?<=\t)/)) {
      const before = screen.length;
      terminal.stdin.write(part);
      while (part.endsWith('\t') && screen.length < before + part.length) await delay(10);
    }
    terminal.stdin.write('\r');
    while (prompts() < index + 1) await delay(10);
  }
  terminal.stdin.end('exit\r');
  await ended;
  return screen;
}
