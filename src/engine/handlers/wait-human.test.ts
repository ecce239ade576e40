import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk, type Saying, type Walked } from '../../../test/support/walk.ts';

/** A gate after `work`; the first edge, and the first by name, is the approval. */
const gate = (
  attributes = '',
  edges = 'gate -> approve [label="[A] Approve"]\n gate -> rework [label="[R] Rework"]',
): string => `
  start -> work -> gate
  gate [shape=hexagon, label="Ship it?"${attributes}]
  ${edges}
  approve -> exit
  rework -> exit`;

const asked = (text: string, ...answers: readonly Saying[]): Promise<Walked> => walk(text, { answers });

describe('the question (4.6)', () => {
  verifies(
    ['human:choices', 'human:question', 'parity:human-gate'],
    'carries label, node, and the outgoing edges in file order as choices',
    async () => {
      const run = await asked(gate('', 'gate -> rework\n gate -> approve [label="[A] Approve"]'));
      expect(run.questions).toEqual([
        {
          text: 'Ship it?',
          type: 'MULTIPLE_CHOICE',
          stage: 'gate',
          options: [
            { key: 'R', label: 'rework', to: 'rework' },
            { key: 'A', label: '[A] Approve', to: 'approve' },
          ],
        },
      ]);
      expect(run.state).toBe('waiting');
    },
  );

  verifies('human:no-edges', 'a gate without outgoing edges fails', async () => {
    const run = await asked('start -> gate\n gate [shape=hexagon]');
    expect(run).toMatchObject({ state: 'failed', failureReason: 'No outgoing edges for human gate' });
  });

  verifies('human:condition-hides', 'a choice whose condition does not hold is not offered', async () => {
    const edges = `gate -> approve [label="[A] Approve", condition="context.tests=passed"]
      gate -> rework [label="[R] Rework"]`;
    const keys = async (tests: string): Promise<readonly string[]> =>
      (await walk(gate('', edges), { inputs: { tests } })).questions[0]?.options.map(({ key }) => key) ?? [];
    expect(await keys('passed')).toEqual(['A', 'R']);
    expect(await keys('red')).toEqual(['R']);
  });

  test('a choice whose visits are used up is not offered', async () => {
    const run = await asked(
      'start -> gate\n gate [shape=hexagon]\n gate -> fix [max_visits=1]\n gate -> exit\n fix -> gate',
      'fix',
    );
    expect(run.questions.map(({ options }) => options.map(({ to }) => to))).toEqual([['fix', 'exit'], ['exit']]);
  });

  describe('accelerator keys', () => {
    const keyOf = async (label: string): Promise<string | undefined> =>
      (await asked(gate('', `gate -> approve [label="${label}"]`))).questions[0]?.options[0]?.key;

    verifies('human:accelerator:bracket', '[Y] Yes has the key Y', async () => {
      expect(await keyOf('[Y] Yes, deploy')).toBe('Y');
      expect(await keyOf('[OK] Fine')).toBe('OK');
    });
    verifies('human:accelerator:parenthesis', 'Y) Yes has the key Y', async () => {
      expect(await keyOf('Y) Yes, deploy')).toBe('Y');
    });
    verifies('human:accelerator:dash', 'Y - Yes has the key Y', async () => {
      expect(await keyOf('Y - Yes, deploy')).toBe('Y');
    });
    verifies('human:accelerator:first-character', 'any other label has its first character', async () => {
      expect(await keyOf('yes, deploy')).toBe('Y');
    });
    verifies('human:accelerator:unique', 'two choices never share a key', async () => {
      const labels = ['[Y] Yes', 'Yes, later', 'Y', 'y) yes', '??', '??'];
      const edges = labels.map((label, index) => `gate -> n${index} [label="${label}"]`).join('\n');
      const keys = (await asked(gate('', edges))).questions[0]?.options.map(({ key }) => key) ?? [];
      expect(new Set(keys).size).toBe(labels.length);
      expect(keys.slice(0, 2)).toEqual(['Y', 'E']);
    });
  });
});

describe('the answer (4.6, 11.6)', () => {
  verifies(
    ['human:selected', 'human:context'],
    'its edge is taken, whatever weights, names and conditions say',
    async () => {
      const edges = `gate -> approve [label="[A] Approve", weight=100]
      gate -> rework [label="[R] Rework", condition="outcome=success"]
      gate -> other [label="Other", condition="outcome=success", weight=9]`;
      const run = await asked(gate('', edges), 'R');
      expect(run.visited).toEqual(['start', 'work', 'gate', 'rework', 'exit']);
      expect(run.of('StageCompleted').find(({ name }) => name === 'gate')?.outcome).toEqual({
        status: 'success',
        preferredLabel: '[R] Rework',
        suggestedNextIds: ['rework'],
        contextUpdates: { 'human.gate.selected': 'R', 'human.gate.label': '[R] Rework' },
        notes: 'Selected [R] Rework',
      });
      expect(run.context).toMatchObject({ 'human.gate.selected': 'R', 'human.gate.label': '[R] Rework' });
    },
  );

  test('two edges to the same node stay two choices', async () => {
    const run = await asked(
      gate(
        '',
        'gate -> approve [label="[A] All", fidelity=full]\n gate -> approve [label="[S] Some", fidelity=truncate]',
      ),
      'S',
    );
    expect(run.steps.at(-1)).toMatchObject({ nodeId: 'approve', fidelity: 'truncate' });
  });

  test('a typed text counts when it is a key, label or target', async () => {
    for (const text of ['r', '[R] Rework', 'REWORK']) {
      expect((await asked(gate(), { kind: 'text', text })).visited).toContain('rework');
    }
  });

  verifies(
    ['human:unmatched', 'defect:gate-approves-on-noise'],
    'an answer that is none of the choices fails the gate and approves nothing',
    async () => {
      const noise: readonly Saying[] = [
        'maybe',
        { kind: 'text', text: '' },
        { kind: 'text', text: 'Yes!' },
        { kind: 'choice', key: 'X' },
      ];
      for (const answer of noise) {
        const run = await asked(gate(), answer);
        expect(run.state).toBe('failed');
        expect(run.failureReason).toContain('is none of the choices');
        expect(run.visited).toEqual(['start', 'work', 'gate']);
      }
    },
  );

  verifies(
    ['human:skipped', 'defect:skipped-gate-routes'],
    'a skip is FAIL and takes no edge by weight, name or condition',
    async () => {
      const edges = `gate -> approve [label="[A] Approve", weight=9, condition="context.ready=yes"]
      gate -> exit
      gate -> check
      check [shape=diamond]
      check -> exit`;
      const run = await walk(gate('', edges), { answers: ['SKIPPED'], inputs: { ready: 'yes' } });
      expect(run).toMatchObject({
        state: 'failed',
        failureReason: 'human skipped interaction',
        visited: ['start', 'work', 'gate'],
      });
    },
  );

  test('a failed gate takes an edge that is there for the failure (3.7), and no other condition', async () => {
    const edges = 'gate -> approve [condition="context.ready=yes"]\n gate -> rework [condition="outcome=fail"]';
    const run = await walk(gate('', edges), { answers: ['SKIPPED'], inputs: { ready: 'yes' } });
    expect(run.questions[0]?.options.map(({ to }) => to)).toEqual(['approve']);
    expect(run.visited).toEqual(['start', 'work', 'gate', 'rework', 'exit']);
  });

  test('a failed gate leads to its retry target', async () => {
    const run = await asked(gate(', retry_target=work'), 'SKIPPED', 'A');
    expect(run.visited).toEqual(['start', 'work', 'gate', 'work', 'gate', 'approve', 'exit']);
  });
});

describe('the timeout (4.6, 6.5)', () => {
  verifies(
    ['human:timeout-default', 'interviewer:timeout-default', 'defect:gate-without-timeout', 'attr:node:timeout'],
    'after the timeout the default choice is taken, by target, key or label',
    async () => {
      for (const choice of ['rework', 'R', '[R] Rework', 'Rework']) {
        const run = await asked(gate(`, timeout="15m", human.default_choice="${choice}"`));
        expect(run.visited).toEqual(['start', 'work', 'gate', 'rework', 'exit']);
        expect(run.durationMs).toBe(900_000);
        expect(run.questions[0]).toMatchObject({ timeoutMs: 900_000, defaultKey: 'R' });
      }
    },
  );

  test('the default names a target before a key: a key must not turn silence into an approval', async () => {
    const edges = 'gate -> a [label="[B] Back"]\n gate -> b [label="[A] Approve"]\n a -> exit\n b -> exit';
    expect((await asked(gate(', timeout=1s, human.default_choice=a', edges))).visited).toContain('a');
  });

  verifies(
    ['human:timeout-retry', 'interviewer:timeout'],
    'without a default a timeout is RETRY: the gate asks again, then fails',
    async () => {
      const run = await asked(gate(', timeout=1m, max_retries=1, backoff_jitter=false'));
      expect(run.questions).toHaveLength(2);
      expect(run.of('InterviewStarted').map(({ id }) => id)).toEqual(['gate#1', 'gate#1@2']);
      expect(run).toMatchObject({
        state: 'failed',
        failureReason: 'max retries exceeded: human gate timeout, no default',
        durationMs: 120_200,
      });
    },
  );

  test('a default that is hidden or unknown is none', async () => {
    const hidden = 'gate -> approve [label="[A] Approve", condition="context.tests=passed"]\n gate -> rework';
    expect((await asked(gate(', timeout=1s, human.default_choice=approve', hidden))).state).toBe('failed');
    expect((await asked(gate(', timeout=1s, human.default_choice=nobody'))).state).toBe('failed');
  });

  test('an answer in time stops the clock', async () => {
    const run = await asked(gate(', timeout=15m'), 'A');
    expect(run).toMatchObject({ state: 'completed', durationMs: 0 });
    expect(run.of('InterviewTimeout')).toEqual([]);
  });

  verifies(
    ['interviewer:timeout-default', 'interviewer:timeout'],
    'an interviewer may say itself that the time is over',
    async () => {
      expect((await asked(gate(', human.default_choice=rework'), 'TIMEOUT')).visited).toContain('rework');
      expect(await asked(gate(), 'TIMEOUT')).toMatchObject({
        state: 'failed',
        failureReason: 'max retries exceeded: human gate timeout, no default',
      });
    },
  );

  test('without timeout and answer the run waits', async () => {
    expect((await asked(gate(', human.default_choice=rework'))).state).toBe('waiting');
  });
});

describe('its events (9.6)', () => {
  verifies(
    ['event:InterviewStarted', 'event:InterviewCompleted'],
    'the start carries question and stage, the end question, answer and duration',
    async () => {
      const run = await asked(gate(), 'A');
      const [question] = run.questions;
      expect(run.of('InterviewStarted')).toEqual([{ type: 'InterviewStarted', id: 'gate#1', stage: 'gate', question }]);
      expect(run.of('InterviewCompleted')).toEqual([
        {
          type: 'InterviewCompleted',
          id: 'gate#1',
          stage: 'gate',
          question,
          answer: { kind: 'choice', key: 'A' },
          durationMs: 0,
        },
      ]);
    },
  );

  verifies('event:InterviewTimeout', 'a timeout carries question, stage and duration', async () => {
    const run = await asked(gate(', timeout=2s, human.default_choice=rework'));
    const [question] = run.questions;
    expect(run.of('InterviewTimeout')).toEqual([
      { type: 'InterviewTimeout', id: 'gate#1', stage: 'gate', question, durationMs: 2_000 },
    ]);
  });
});

test('gates in branches ask one by one, each under its own key', async () => {
  const run = await asked(
    `start -> fan
     fan -> g1 -> join
     fan -> g2 -> join
     join -> exit
     g1 [shape=hexagon]
     g2 [shape=hexagon]
     fan [shape=component]
     join [shape=tripleoctagon]`,
    'join',
    'join',
  );
  expect(run.of('InterviewStarted').map(({ id }) => id)).toEqual(['fan#1/g1/g1#1', 'fan#1/g2/g2#1']);
  expect(run.state).toBe('completed');
});
