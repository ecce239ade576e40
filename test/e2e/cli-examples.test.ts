import { execFileSync } from 'node:child_process';
import { chmodSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newProject, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const exampleFile = (name: string): string => join(import.meta.dirname, `../../examples/${name}/${name}.dot`);

/** A small git repository whose last commit is called `title` and changes `greeting.txt`. */
function newRepository(title = "Say 'hello' twice"): CliProject {
  const project = newProject();
  const git = (...args: string[]): void => {
    const author = ['-c', 'user.name=Ann Other', '-c', 'user.email=ann@example.org'];
    execFileSync('git', [...author, ...args], { cwd: project.folder, stdio: 'ignore' });
  };
  git('init', '--initial-branch=main');
  project.write('greeting.txt', 'hello\n');
  git('add', 'greeting.txt');
  git('commit', '--message', 'Say hello');
  git('switch', '--create', 'topic');
  project.write('greeting.txt', 'hello\nhello "$HOME" `again`\n');
  git('commit', '--all', '--message', title);
  return project;
}

const insufficient = { text: 'Look again at line 2.\ncritic_verdict: insufficient' };
const sufficient = { text: 'Well done.\ncritic_verdict: sufficient' };

async function runExample(
  project: CliProject,
  name: string,
  {
    script,
    answers,
    inputs = [],
  }: { readonly script: object; readonly answers?: readonly string[]; readonly inputs?: readonly string[] },
) {
  const scriptFile = project.write('../script.json', JSON.stringify(script));
  const answersFile = project.write('../answers.json', JSON.stringify(answers ?? []));
  const answered = answers ? ['--answers', answersFile] : [];
  return project.run(['run', exampleFile(name), '--json', '--script', scriptFile, ...answered, ...inputs]);
}

describe('quickstart', () => {
  verifies(
    'machine:quickstart',
    'ends by itself, simulated, with stdin closed; its report tells of the real change',
    async () => {
      const project = newRepository();
      const ran = await project.run(['run', exampleFile('quickstart')]);
      expect(ran.code).toBe(0);
      expect(ran.stderr).toContain('answers are simulated');
      expect(ran.stderr).toContain('without an answer within 15 s, [R] is taken');
      expect(ran.stdout).toMatch(/# Review of [0-9a-f]+ Say 'hello' twice \(Ann Other, \d{4}-\d\d-\d\d\)/);
      expect(ran.stdout).toContain('greeting.txt | 1 +');
      expect(ran.stdout).toContain('[Simulated] Response for stage: security');
      expect(execFileSync('git', ['status', '--short'], { cwd: project.folder, encoding: 'utf8' })).toBe('');
    },
  );

  test('takes typed answers, and shows the reviewers what they review', async () => {
    const project = newRepository();
    const ran = await project.run(['run', exampleFile('quickstart')], { stdin: 'A\nR\n' });
    expect(ran.code).toBe(0);
    const view = (await project.run(['show', 'last', '--json'])).document<{ attempts: object; visited: string[] }>();
    expect(view.attempts).toMatchObject({ review: 2, correctness: 2, security: 2, clarity: 2, approval: 2, report: 1 });
    const [runId] = /\d{8}-\d{6}-[0-9a-f]{6}/.exec(ran.stderr) ?? [''];
    const [newest = ''] = globSync('correctness/visits/review*2*/prompt.md', {
      cwd: join(project.folder, '.orchestra/runs', runId),
    });
    const prompt = project.read(join('.orchestra/runs', runId, newest));
    expect(prompt).toContain('+hello "$HOME" `again`');
    expect(prompt).toContain('A critic found the last round insufficient');
  });

  verifies(
    'durability:R8:visits',
    'its critic sends the reviewers back until `review` has had its three visits',
    async () => {
      const ran = await runExample(newRepository(), 'quickstart', {
        script: { critic: [insufficient] },
        answers: ['R'],
      });
      const round = ['review', 'join', 'critic'];
      expect(ran.result()).toMatchObject({
        status: 'success',
        visited: ['start', 'change', ...round, ...round, ...round, 'approval', 'report', 'exit'],
        attempts: { correctness: 3, security: 3, clarity: 3 },
      });
      expect(ran.result().context['tools.report.output']).toContain('Look again at line 2.');
    },
  );

  test('outside of a repository it fails with what git says', async () => {
    const ran = await runExample(newProject(), 'quickstart', { script: {} });
    expect(ran.code).toBe(1);
    expect(ran.result().failureReason).toContain('not a git repository');
  });
});

describe('pr-review', () => {
  const firstRounds = ['start', 'get_diff', 'fan_out', 'fan_in', 'critic'];
  const round = ['fan_out', 'fan_in', 'critic'];

  test('two insufficient rounds, a sufficient one, then approval', async () => {
    const script = { critic: [insufficient, insufficient, sufficient], synthesize: [{ text: 'One review.' }] };
    const ran = await runExample(newRepository(), 'pr-review', { script, answers: ['A'] });
    expect(ran.result()).toMatchObject({
      status: 'success',
      visited: [...firstRounds, ...round, ...round, 'synthesize', 'approval', 'exit'],
      attempts: { security: 3, architecture: 3, correctness: 3, quality: 3, critic: 3, synthesize: 1 },
    });
  });

  test('a critic who is never satisfied stops at three visits of the target', async () => {
    const ran = await runExample(newRepository(), 'pr-review', { script: { critic: [insufficient] }, answers: ['A'] });
    expect(ran.result()).toMatchObject({ status: 'success', attempts: { fan_out: 3, critic: 3, synthesize: 1 } });
  });

  test('rework is asked for and approved; the report is the reworked review', async () => {
    const project = newRepository();
    const script = {
      critic: [sufficient],
      synthesize: [{ text: 'A long review.' }],
      rework: [{ text: 'A short review.' }],
    };
    const scriptFile = project.write('../script.json', JSON.stringify(script));
    const ran = await project.run(['run', exampleFile('pr-review'), '--script', scriptFile], { stdin: 'R\nA\n' });
    expect(ran).toMatchObject({ code: 0, stdout: 'A short review.\n' });
    const { visited } = (await project.run(['show', 'last', '--json'])).document<{ visited: string[] }>();
    expect(visited.slice(-5)).toEqual(['synthesize', 'approval', 'rework', 'approval', 'exit']);
  });

  test('reviews the branch since its base, uncommitted changes, or the last commit', async () => {
    const project = newRepository();
    const diffOf = async (...inputs: string[]) => {
      const ran = await runExample(project, 'pr-review', { script: {}, answers: ['A'], inputs });
      expect(ran.result().status).toBe('success');
      return ran.result().context['tools.get_diff.output'];
    };
    expect(await diffOf('base=main')).toContain('+hello "$HOME" `again`');
    expect(await diffOf()).toContain('+hello "$HOME" `again`');
    project.write('greeting.txt', 'goodbye\n');
    expect(await diffOf()).toContain('+goodbye');
    const wrong = await runExample(project, 'pr-review', { script: {}, inputs: ['base=nowhere'] });
    expect(wrong.result()).toMatchObject({ status: 'fail', visited: ['start', 'get_diff'] });
  });

  test('asks gh for a pull request by number; an input stays data', async () => {
    const project = newRepository();
    const log = join(project.bin, 'gh.log');
    writeFileSync(join(project.bin, 'gh'), `#!/bin/sh\nprintf '[%s]' "$@" > ${log}\necho 'diff --git a/x b/x'\n`);
    chmodSync(join(project.bin, 'gh'), 0o755);
    const inputs = ['pr_number=12; touch pwned', 'repo=org/name'];
    const ran = await runExample(project, 'pr-review', { script: {}, answers: ['A'], inputs });
    expect(ran.result().context['tools.get_diff.output']).toBe('diff --git a/x b/x\n');
    expect(execFileSync('cat', [log], { encoding: 'utf8' })).toBe('[pr][diff][12; touch pwned][--repo][org/name]');
    expect(project.has('pwned')).toBe(false);
  });
});
