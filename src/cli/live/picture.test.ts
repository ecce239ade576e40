import { describe, expect, test } from 'vitest';
import { sized } from '../../../test/support/size.ts';
import { ToldRun } from '../../../test/support/told-run.ts';
import { verifies } from '../../../test/support/verifies.ts';
import type { Question } from '../../contract/question.ts';
import { columnsOf } from '../../language/picture/text-layout.ts';
import { glyphsFor, type Glyphs } from './glyphs.ts';
import { lineText } from './line.ts';
import { closingLines, pictureLines, type PictureSize, type Scene } from './picture.ts';
import { RunModel } from './run-model.ts';

const unicode = glyphsFor({ LANG: 'en_GB.UTF-8' });
const ascii = glyphsFor({ LC_ALL: 'C', LANG: 'en_GB.UTF-8' });

const question: Question = {
  text: 'Is the review of the settings page good enough to be sent to its author?',
  type: 'MULTIPLE_CHOICE',
  stage: 'approve',
  options: [
    { key: 'S', label: '[S] Send it' },
    { key: 'R', label: '[R] Rework it' },
  ],
  timeoutMs: 86_400_000,
  defaultKey: 'R',
};

/** A run in the middle: a finished node, a fan-out with branches in all states, a child pipeline, a question. */
function busyScene(): Scene {
  const plan = ['start', 'get_the_diff', 'review', 'join', 'build', 'approve', 'publish', 'exit'];
  const model = new RunModel(
    { runId: '20260301-120000-abcdef', pipeline: 'PrReview' },
    { topLevel: plan, inBranches: ['security', 'architecture', 'correctness', 'quality'] },
  );
  const run = new ToldRun(model).pipeline('Review a change thoroughly and say what must be mended');
  run.starts('start', 'start').ends('start').starts('get_the_diff', 'tool').after(1_240).ends('get_the_diff');
  run.fansOut('review', ['security', 'architecture', 'correctness', 'quality'], 5).after(21_000);
  const scope = run.scopeOf('review', 'architecture');
  run.tell({
    type: 'AgentUsage',
    key: 'review#1/security/security#1',
    inputTokens: 12_345,
    outputTokens: 900,
    costUsd: 0.1234,
  });
  run
    .ends('security', { text: 'no findings' }, { scope: run.scopeOf('review', 'security') })
    .branchEnds('review', 'security');
  run.ends('architecture', {}, { scope }).starts('summary', 'codergen', { scope });
  run.tell({ type: 'AgentToolCall', key: `${scope}/summary#1`, id: '1', tool: 'Read', input: { path: 'src/app.ts' } });
  run.ends(
    'correctness',
    { status: 'fail', text: 'the agent gave up: no such file' },
    { scope: run.scopeOf('review', 'correctness') },
  );
  run.branchEnds('review', 'correctness', 'fail').after(44_000);
  run.stumbles('quality', 'overloaded', { scope: run.scopeOf('review', 'quality') });
  run.starts('build', 'stack.manager_loop');
  model.addChild({ runId: 'child', pipeline: 'Build', parent: { runId: run.runId, key: 'build#1:child' } });
  new ToldRun(model, 'child')
    .after(65_000)
    .pipeline()
    .starts('compile', 'tool')
    .ends('compile')
    .starts('tests', 'tool');
  run.starts('approve', 'wait.human').asks('approve#1', question);
  const asked = { question, since: run.now, more: 1, command: undefined };
  const input = { prompt: 'Select: ', text: 'ma ybe', cursor: 2, hint: 'Please answer with one of: S, R' };
  run.after(61_000);
  return {
    model,
    question: { ...asked, input },
    stopping: undefined,
    obstacle: undefined,
    isInterrupted: false,
    now: run.now,
  };
}

function drawn(scene: Scene, size: PictureSize, glyphs: Glyphs = unicode): readonly string[] {
  return pictureLines(scene, size, glyphs).map((line) => lineText(line, false));
}

describe('the picture', () => {
  test.each([
    [120, 40],
    [80, 30],
    [40, 24],
    [20, 24],
    [80, 9],
    [80, 3],
  ])('of a busy run at %i x %i', (width, height) => {
    expect(`\n${drawn(busyScene(), { width, height }).join('\n')}\n`).toMatchSnapshot();
  });

  test('in ASCII where the locale says so', () => {
    const text = drawn(busyScene(), { width: 80, height: 30 }, ascii).join('\n');
    expect(text).toMatch(/^[\x20-\x7E\n]*$/);
    expect(text).toMatchSnapshot();
  });

  test('with colours says the same', () => {
    const size = { width: 100, height: 30 };
    const lines = pictureLines({ ...busyScene(), question: undefined }, size, unicode);
    const coloured = lines.map((line) => lineText(line, true));
    expect(coloured.join('')).toContain('\u001B[31m✗\u001B[0m');
    // oxlint-disable-next-line no-control-regex -- the sequences colours are made of
    const bare = coloured.map((line) => line.replaceAll(/\u001B\[\d+m/g, '').trimEnd());
    expect(bare).toEqual(lines.map((line) => lineText(line, false)));
  });

  verifies(
    ['terminal:live:small', 'terminal:live:safe'],
    'never exceeds the terminal, however small it is and whatever nodes are called',
    () => {
      const names = [
        'a',
        '設計を確認する担当者',
        '🧑‍🚀🧑‍🚀🧑‍🚀',
        'x'.repeat(300),
        'e\u0301'.repeat(40),
        'tab\tand\u001B[2Jescape\u202E',
      ];
      const model = new RunModel(
        { runId: 'r'.repeat(60), pipeline: '設計'.repeat(30) },
        { topLevel: names, inBranches: [] },
      );
      const run = new ToldRun(model).pipeline('目的'.repeat(200));
      run.fansOut('a', names).asks('a#1', { ...question, text: '質問'.repeat(100) });
      const input = { prompt: 'Select: ', text: '長い答え'.repeat(50), cursor: 70, hint: undefined };
      const shown = {
        question: { ...question, text: '質問'.repeat(100) },
        since: 0,
        more: 0,
        command: undefined,
        input,
      };
      for (const glyphs of [unicode, ascii]) {
        for (let width = 10; width <= 130; width += 1) {
          for (const height of [1, 2, 5, 10, 24]) {
            const scene: Scene = {
              model,
              question: shown,
              stopping: { kind: 'pausing', until: run.now },
              obstacle: 'x'.repeat(300),
              isInterrupted: false,
              now: run.now,
            };
            const lines = drawn(scene, { width, height }, glyphs);
            expect(lines.length).toBeLessThanOrEqual(height);
            for (const line of lines) {
              expect(columnsOf(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
              expect(line).not.toMatch(/[\p{Cc}\u202E]/u);
            }
          }
        }
      }
    },
  );

  verifies(
    ['terminal:live:small', 'terminal:live:cheap'],
    'of a pipeline of thousands of nodes shows where it is and counts the rest',
    () => {
      const count = sized({ everyday: 5_000, full: 50_000 });
      const plan = Array.from({ length: count }, (_, index) => `step${index}`);
      const model = new RunModel({ runId: 'run', pipeline: 'Long' }, { topLevel: plan, inBranches: [] });
      const run = new ToldRun(model).pipeline();
      for (const name of plan.slice(0, count / 2))
        run.starts(name).ends(name, { status: name === 'step7' ? 'fail' : 'success' });
      run.starts(`step${count / 2}`);
      const scene: Scene = {
        model,
        question: undefined,
        stopping: undefined,
        obstacle: undefined,
        isInterrupted: false,
        now: run.now,
      };
      const text = drawn(scene, { width: 80, height: 20 });
      expect(text).toHaveLength(20);
      const shown = text.flatMap((line) => /step\d+/.exec(line)?.[0] ?? []);
      expect(shown).toContain('step7');
      expect(shown.slice(-4)).toEqual([0, 1, 2, 3].map((ahead) => `step${count / 2 + ahead}`));
      expect(text.find((line) => line.includes('more:'))).toBe(
        `  … ${count - shown.length} more: ${count / 2 - shown.length + 4} done, ${count / 2 - 4} pending`,
      );
    },
  );

  test('of a wide fan-out shows what waits and failed before what merely runs', () => {
    const branches = Array.from({ length: 100 }, (_, index) => `branch${index}`);
    const model = new RunModel({ runId: 'run', pipeline: 'Wide' });
    const run = new ToldRun(model).pipeline().fansOut('fan', branches);
    for (const name of ['branch70', 'branch80']) run.branchEnds('fan', name, 'fail');
    for (const name of branches.slice(0, 30)) run.branchEnds('fan', name);
    run.asks('fan#1/branch99/branch99#1', question);
    const scene: Scene = {
      model,
      question: undefined,
      stopping: undefined,
      obstacle: undefined,
      isInterrupted: false,
      now: run.now,
    };
    const text = drawn(scene, { width: 80, height: 16 }).join('\n');
    for (const name of ['fan', 'branch70', 'branch80', 'branch99', 'branch30']) expect(text).toContain(name);
    expect(text).not.toContain('branch5 ');
    expect(text).toContain('32 of 100 branches, 2 failed');
  });

  test('says while a run is paused how long what runs has, and names it', () => {
    const scene = busyScene();
    const pausing = { ...scene, question: undefined, stopping: { kind: 'pausing', until: scene.now + 7_400 } as const };
    const text = drawn(pausing, { width: 80, height: 30 }).join('\n');
    expect(text).toContain('nothing new starts, what runs has 8s to end. Ctrl-C again cancels');
    expect(text).toContain('Awaited: architecture (summary), tests.');
    const over = { ...pausing, stopping: { kind: 'pausing', until: scene.now } as const };
    expect(drawn(over, { width: 80, height: 30 }).join('\n')).toContain('what still runs is interrupted');
  });

  test('shows what nobody walks any more as interrupted, and the whole run when it is left', () => {
    const lines = closingLines({ ...busyScene(), isInterrupted: true }, 100, unicode);
    expect(`\n${lines.map((line) => lineText(line, false)).join('\n')}\n`).toMatchSnapshot();
  });
});
