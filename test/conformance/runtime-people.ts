import { expect, test } from 'vitest';
import type { Question } from '../../src/contract/question.ts';
import { InterviewerDetached, type Interviewer } from '../../src/engine/ports/interviewer.ts';
import { turnTypes } from '../../src/engine/ports/turns.ts';
import { alwaysAnswers } from '../support/durable-fixture.ts';
import type { ScriptedStep, WorldSetup } from '../support/runtime-world.ts';
import { verifies } from '../support/verifies.ts';
import type { Suite } from './runtime-suite.ts';

const gated: WorldSetup = {
  pipeline: `gate [shape=hexagon, label="Ship it?"]
    start -> gate  gate -> ship [label="[Y] Yes"]  gate -> mend [label="[N] No"]  ship -> exit  mend -> exit`,
};

const secret: Question = {
  text: 'Commit it all the same?',
  type: 'MULTIPLE_CHOICE',
  options: [
    { key: 'N', label: 'No' },
    { key: 'Y', label: 'Yes' },
  ],
  defaultKey: 'N',
  stage: 'work',
};

/** A step that cannot go on without an answer. */
const asking: WorldSetup = {
  pipeline: 'start -> work -> exit',
  script: {
    work: [
      ({ call: { answers } }: ScriptedStep) =>
        answers ? { notes: `answered ${answers.join()}` } : { status: 'fail', question: secret },
    ],
  },
};

/** Somebody who sits there, and neither answers nor goes. */
const silent: Interviewer = {
  ask: () => new Promise(() => undefined),
  askMultiple: () => new Promise(() => undefined),
  inform: async () => undefined,
};

/** Questions that wait for people, who may be elsewhere or nowhere. */
export function peopleTests({ open }: Suite): void {
  verifies(
    ['durability:R5:waiting', 'durability:R5:states'],
    'a question nobody here will answer leaves the run waiting, and says for what',
    async () => {
      const scene = await open(gated);
      const since = scene.world.clock.now();
      expect((await scene.walk())?.state).toBe('waiting');
      const { state, waiting } = await scene.seen();
      expect(state).toBe('waiting');
      expect(waiting).toEqual([{ for: 'answer', key: 'gate#1', stage: 'gate', question: 'Ship it?', since }]);
    },
  );

  test('an answer given while nobody owns the run is taken when it is resumed', async () => {
    const scene = await open(gated);
    await scene.walk();
    await scene.send({ kind: 'answer', question: 'gate#1', answer: 'Y' });
    expect((await scene.walk())?.state).toBe('completed');
    expect(scene.effects).toEqual(['ship']);
  });

  verifies(
    'durability:R5:inbox-wakes',
    'an answer from another process wins while the interviewer here is still asked',
    async () => {
      const withdrawn: string[] = [];
      const asked: Interviewer = {
        ...silent,
        ask: (question, signal) => {
          signal.addEventListener('abort', () => withdrawn.push(question.stage));
          return new Promise(() => undefined);
        },
      };
      const scene = await open({ ...gated, interviewer: asked });
      const walking = await scene.begin();
      expect(await scene.state()).toBe('waiting');
      await scene.send({ kind: 'answer', question: 'gate#1', answer: 'no' });
      expect((await walking.run.done).state).toBe('completed');
      expect(scene.effects).toEqual(['mend']);
      expect(withdrawn).toEqual(['gate']);
    },
  );

  test('a step that asks leaves the run waiting, and is started again with the answer when it is resumed', async () => {
    const scene = await open(asking);
    expect((await scene.walk())?.state).toBe('waiting');
    expect((await scene.seen()).waiting).toMatchObject([{ for: 'answer', key: 'work#1:ask#1', stage: 'work' }]);
    expect((await scene.walk())?.state).toBe('waiting');
    expect(scene.effects).toEqual(['work']);
    await scene.send({ kind: 'answer', question: 'work#1:ask#1', answer: 'yes' });
    expect((await scene.walk())?.result?.outcome.status).toBe('success');
    expect(scene.world.effects.map(({ key }) => key)).toEqual(['work#1', 'work#1:answered#1']);
    expect((await scene.turnsOf('StageCompleted')).map(({ payload }) => payload)).toMatchObject([
      {},
      { name: 'work', outcome: { notes: 'answered Y' } },
      {},
    ]);
  });

  test('the question of a step with a timeout and a default is answered by its default', async () => {
    const question = { ...secret, timeoutMs: 60_000 };
    const scene = await open({
      ...asking,
      script: { work: [({ call: { answers } }) => (answers ? 'success' : { status: 'fail', question })] },
    });
    const walking = await scene.begin();
    expect((await scene.seen()).waiting).toMatchObject([{ until: scene.world.clock.now() + 60_000 }]);
    expect((await walking.finish())?.state).toBe('completed');
  });

  test('an answer that is none of the options is refused on record, and the question stays open', async () => {
    const scene = await open(gated);
    await scene.walk();
    await scene.send({ kind: 'answer', question: 'gate#1', answer: 'perhaps' });
    await scene.send({ kind: 'answer', question: 'gate#7', answer: 'Y' });
    expect((await scene.walk())?.state).toBe('waiting');
    expect((await scene.walk())?.state).toBe('waiting');
    const refused = (await scene.turnsOf(turnTypes.answerRefused)).map(({ payload }) => payload);
    expect(refused).toMatchObject([
      { question: 'gate#1', verdict: 'invalid', by: 'somebody' },
      { question: 'gate#7', verdict: 'unknown' },
    ]);
    await scene.send({ kind: 'answer', question: 'gate#1', answer: 'y' });
    await scene.send({ kind: 'answer', question: 'gate#1', answer: 'n' });
    expect((await scene.walk())?.state).toBe('completed');
    expect(scene.effects).toEqual(['ship']);
  });

  test('an interviewer that has gone leaves the question to others', async () => {
    const leaving: Interviewer = { ...silent, ask: () => Promise.reject(new InterviewerDetached('closed')) };
    const scene = await open({ ...gated, interviewer: leaving });
    expect((await scene.walk())?.state).toBe('waiting');
  });

  test('an interviewer that stays keeps the run on stage', async () => {
    const scene = await open({ ...gated, interviewer: silent });
    const walking = await scene.begin();
    await scene.advance(3_600_000);
    expect(await scene.state()).toBe('waiting');
    expect(walking.process.isAwake).toBe(true);
    await scene.send({ kind: 'answer', question: 'gate#1', answer: 'Y' });
    expect((await walking.run.done).state).toBe('completed');
  });

  test('a question with a timeout and a default is waited for, and answered by its default', async () => {
    const scene = await open({
      pipeline: `gate [shape=hexagon, timeout="5m", human.default_choice="mend"]
        start -> gate  gate -> ship [label="[Y] Yes"]  gate -> mend [label="[N] No"]  ship -> exit  mend -> exit`,
    });
    const walking = await scene.begin();
    const { waiting } = await scene.seen();
    expect(waiting).toMatchObject([{ for: 'answer', key: 'gate#1', until: scene.world.clock.now() + 300_000 }]);
    expect((await walking.finish())?.state).toBe('completed');
    expect(scene.effects).toEqual(['mend']);
  });

  test('a question with a timeout and no default is not waited for, and resumes when it is overdue', async () => {
    const scene = await open({
      pipeline: `gate [shape=hexagon, timeout="5m"] start -> gate  gate -> ship [label="[Y] Yes"]  ship -> exit
        gate -> exit [condition="outcome=fail"]`,
    });
    expect((await scene.walk())?.state).toBe('waiting');
    await scene.advance(300_000);
    expect(await scene.state()).toBe('interrupted');
    await scene.walk();
    expect(await scene.turnsOf('InterviewTimeout')).toHaveLength(1);
  });

  test('work beside an open question goes on; only then the run waits', async () => {
    const scene = await open({
      pipeline: `fan [shape=component] join [shape=tripleoctagon] gate [shape=hexagon] slow [max_retries=1]
        start -> fan  fan -> gate  gate -> join [label="[Y] Yes"]  fan -> slow -> after -> join -> exit`,
      script: { slow: ['retry', 'success'] },
    });
    expect((await scene.walk())?.state).toBe('waiting');
    expect(scene.effects).toEqual(['slow', 'slow', 'after']);
    await scene.send({ kind: 'answer', question: 'fan#1/gate/gate#1', answer: 'Y' });
    expect((await scene.walk())?.state).toBe('completed');
  });

  test('a child that waits for people makes its parent wait', async () => {
    const scene = await open({
      pipeline: 'sub [type="sub_pipeline", sub_pipeline.dotfile="child"] start -> sub -> exit',
      children: { child: gated.pipeline },
    });
    expect((await scene.walk())?.state).toBe('waiting');
    const [child = ''] = await scene.runtime.children(scene.runId);
    expect((await scene.runtime.seen(child)).state).toBe('waiting');
    expect((await scene.seen()).waiting).toMatchObject([{ for: 'answer', key: 'sub#1' }]);
    await scene.runtime.send(child, { kind: 'answer', question: 'gate#1', answer: 'Y' });
    expect((await scene.walk())?.state).toBe('completed');
    expect((await scene.runtime.seen(child)).state).toBe('completed');
  });

  test('a parent whose child is answered while both are here goes on by itself', async () => {
    const scene = await open({
      pipeline: 'sub [type="sub_pipeline", sub_pipeline.dotfile="child"] start -> sub -> exit',
      children: { child: gated.pipeline },
      interviewer: silent,
    });
    const walking = await scene.begin();
    expect(await scene.state()).toBe('waiting');
    const [child = ''] = await scene.runtime.children(scene.runId);
    await scene.runtime.send(child, { kind: 'answer', question: 'gate#1', answer: 'Y' });
    expect((await walking.finish())?.state).toBe('completed');
  });

  test('questions are put to one interviewer one after the other', async () => {
    let open_ = 0;
    const busy: Interviewer = {
      ...alwaysAnswers('Y'),
      ask: async () => {
        open_ += 1;
        expect(open_).toBe(1);
        await Promise.resolve();
        open_ -= 1;
        return { kind: 'choice', key: 'Y' };
      },
    };
    const scene = await open({
      pipeline: `fan [shape=component] join [shape=tripleoctagon] one [shape=hexagon] two [shape=hexagon]
        start -> fan  fan -> one -> join  fan -> two -> join  one -> join [label="[Y] Yes"] two -> join [label="[Y] Yes"] join -> exit`,
      interviewer: busy,
    });
    await scene.walk();
    expect(await scene.turnsOf('InterviewCompleted')).toHaveLength(2);
  });
}
