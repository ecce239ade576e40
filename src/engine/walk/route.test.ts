import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk } from '../../../test/support/walk.ts';

/** Where `work` leads to when it comes to `reply`. */
async function after(edges: string, reply: Parameters<typeof walk>[1] = {}): Promise<string | undefined> {
  const { visited } = await walk(`start -> work\n ${edges}`, reply);
  return visited[2];
}

describe('edge selection (3.3)', () => {
  verifies(
    ['route:step-1-condition', 'parity:condition-over-weight', 'attr:edge:condition'],
    'a condition that holds wins over weight, label and suggestion',
    async () => {
      const edges = `work -> heavy [weight=100, label="Heavy"]
      work -> chosen [condition="outcome=success"]`;
      const script = { work: [{ preferredLabel: 'Heavy', suggestedNextIds: ['heavy'] }] };
      expect(await after(edges, { script })).toBe('chosen');
    },
  );

  verifies(
    'route:step-1-best',
    'of several conditions that hold the heaviest wins, then the first target id',
    async () => {
      const lighter = 'work -> a [condition="outcome=success", weight=1]\n';
      const heavier = `work -> c [condition="outcome=success", weight=2]
      work -> b [condition="outcome=success", weight=2]`;
      expect(await after(lighter + heavier)).toBe('b');
    },
  );

  verifies(
    ['route:step-2-preferred-label', 'attr:edge:label'],
    'without a matching condition the preferred label decides before weight',
    async () => {
      const edges = `work -> heavy [weight=100]
      work -> labelled [label="Fix"]`;
      expect(await after(edges, { script: { work: [{ preferredLabel: 'Fix', suggestedNextIds: ['heavy'] }] } })).toBe(
        'labelled',
      );
    },
  );

  describe('labels compare without case, space and accelerator', () => {
    for (const [label, preferred] of [
      ['[Y] Yes, deploy', 'yes, deploy'],
      ['Y) Yes', '  YES '],
      ['Y - Yes', 'yes'],
      ['Yes', '[Y] Yes'],
    ] as const) {
      verifies('route:step-2-normalized', `"${label}" is meant by "${preferred}"`, async () => {
        const edges = `work -> aaa\n work -> labelled [label="${label}"]`;
        expect(await after(edges, { script: { work: [{ preferredLabel: preferred }] } })).toBe('labelled');
      });
    }
  });

  verifies(
    'route:step-3-suggested-ids',
    'without a matching label the first suggested id with a plain edge is taken',
    async () => {
      const edges = 'work -> aaa [weight=9]\n work -> b\n work -> c';
      const script = { work: [{ preferredLabel: 'nowhere', suggestedNextIds: ['unknown', 'c', 'b'] }] };
      expect(await after(edges, { script })).toBe('c');
    },
  );

  test('a suggested id that no edge leads to is never jumped to', async () => {
    const run = await walk('start -> work -> exit\n start -> other [condition="outcome=fail"]\n other -> exit', {
      script: { work: [{ suggestedNextIds: ['other'] }] },
    });
    expect(run.visited).toEqual(['start', 'work', 'exit']);
  });

  verifies(
    ['route:step-4-weight', 'parity:weight-tie-break', 'attr:edge:weight'],
    'else the heaviest plain edge is taken; without a weight it is 0',
    async () => {
      expect(await after('work -> a [weight=1]\n work -> b [weight=3]\n work -> c [weight=2]')).toBe('b');
      expect(await after('work -> a [weight=-1]\n work -> b')).toBe('b');
      expect(await after('work -> a\n work -> b [weight=1]')).toBe('b');
    },
  );

  verifies(
    ['route:step-5-lexical', 'parity:lexical-tie-break'],
    'of equal weights the first target id in code-unit order is taken',
    async () => {
      expect(await after('work -> b\n work -> a\n work -> Z')).toBe('Z');
    },
  );

  verifies(
    ['route:false-condition-never-taken', 'attr:edge:condition'],
    'an edge whose condition does not hold is taken by no step, even as the only one',
    async () => {
      const edge = 'work -> next [condition="outcome=fail", weight=100, label="Next"]';
      const script = { work: [{ preferredLabel: 'Next', suggestedNextIds: ['next'] }] };
      const run = await walk(`start -> work\n ${edge}`, { script });
      expect(run.visited).toEqual(['start', 'work']);
    },
  );

  verifies('route:label-unconditional-only', 'a label or suggestion never leads over a conditional edge', async () => {
    const edges = `work -> guarded [condition="context.ready=yes", label="Go"]
      work -> plain`;
    expect(await after(edges, { script: { work: [{ preferredLabel: 'Go', suggestedNextIds: ['guarded'] }] } })).toBe(
      'plain',
    );
  });

  verifies(
    'route:deterministic',
    'the same outcome chooses the same edge, in whatever order edges are written',
    async () => {
      const edge = fc.record({
        to: fc.constantFrom('a', 'b', 'c'),
        weight: fc.integer({ min: 0, max: 2 }),
        holds: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(edge, { minLength: 1, maxLength: 3, selector: ({ to }) => to }),
          async (edges) => {
            const written = edges.map(
              ({ to, weight, holds }) =>
                `work -> ${to} [weight=${weight}${holds ? ', condition="outcome=success"' : ''}]`,
            );
            expect(await after(written.join('\n'))).toBe(await after(written.toReversed().join('\n')));
          },
        ),
        { seed: 33, numRuns: 50 },
      );
    },
  );

  verifies('walk:context-updates', 'updates are applied before the edge is chosen', async () => {
    const edges = 'work -> aaa\n work -> ready [condition="context.tests.passed=true"]';
    expect(await after(edges, { script: { work: [{ contextUpdates: { 'tests.passed': true } }] } })).toBe('ready');
  });

  verifies('defect:dotted-keys', 'conditions reach dotted keys, numbers and booleans', async () => {
    const edges = `work -> aaa
      work -> all [condition="context.tool.count=3 && context.tool.ok=true && context.tool.name=scan"]`;
    const contextUpdates = { 'tool.count': 3, 'tool.ok': true, 'tool.name': 'scan' };
    expect(await after(edges, { script: { work: [{ contextUpdates }] } })).toBe('all');
  });
});

describe('failure routing (3.7)', () => {
  const failing = { script: { work: ['fail'] } } as const;

  verifies(
    'failure:fail-edge',
    'a failed node leaves by an edge whose condition holds, before any retry target',
    async () => {
      const edges = `work [retry_target=again]
      work -> exit
      work -> rescue [condition="outcome=fail"]
      rescue -> exit
      again -> exit`;
      expect(await after(edges, failing)).toBe('rescue');
    },
  );

  verifies(
    ['failure:retry-target', 'attr:node:retry_target', 'defect:retry-target-unreachable'],
    'else it leads to the retry target, also when it has plain edges',
    async () => {
      expect(await after('work [retry_target=again]\n work -> exit\n again -> exit', failing)).toBe('again');
    },
  );

  verifies(
    ['failure:fallback-target', 'attr:node:fallback_retry_target'],
    'a retry target that is unset or no node gives way to the fallback',
    async () => {
      const edges = 'work [retry_target=nowhere, fallback_retry_target=again]\n work -> exit\n again -> exit';
      expect(await after(edges, failing)).toBe('again');
      expect(await after('work [fallback_retry_target=again]\n work -> exit\n again -> exit', failing)).toBe('again');
      const both =
        'work [retry_target=first, fallback_retry_target=again]\n work -> exit\n first -> exit\n again -> exit';
      expect(await after(both, failing)).toBe('first');
    },
  );

  verifies('failure:ends-run', "without a failure route the run ends with the node's reason", async () => {
    const run = await walk('start -> work -> exit', {
      script: { work: [{ status: 'fail', failureReason: 'disk full' }] },
    });
    expect(run).toMatchObject({ state: 'failed', failureReason: 'disk full', visited: ['start', 'work'] });
  });

  verifies(
    ['failure:plain-edge-not-taken', 'defect:failed-node-continues', 'walk:no-edge-fail'],
    'a failed node never leaves by a plain edge, and state, events and outcome agree',
    async () => {
      const run = await walk('start -> work -> next -> exit', failing);
      expect(run.state).toBe('failed');
      expect(run.visited).toEqual(['start', 'work']);
      expect(run.of('PipelineFailed')).toMatchObject([{ error: 'work said fail' }]);
      expect(run.of('PipelineCompleted')).toEqual([]);
    },
  );

  verifies(
    'failure:into-diamond',
    'a plain edge into a diamond is taken, and the diamond routes on the failure',
    async () => {
      const diamond = `work -> check
      check [shape=diamond]
      check -> exit [condition="outcome=success"]
      check -> rescue [condition="outcome!=success"]
      rescue -> exit`;
      const run = await walk(`start -> work\n ${diamond}`, failing);
      expect(run.visited).toEqual(['start', 'work', 'check', 'rescue', 'exit']);
      expect(run.state).toBe('completed');
    },
  );

  test('a diamond without a matching way ends the run with the failure it received', async () => {
    const run = await walk(
      'start -> work -> check\n check [shape=diamond]\n check -> exit [condition="outcome=success"]',
      failing,
    );
    expect(run).toMatchObject({ state: 'failed', failureReason: 'work said fail' });
  });

  test('the label of a failed node does not lead over a plain edge', async () => {
    const script = { work: [{ status: 'fail', preferredLabel: 'Next', suggestedNextIds: ['next'] }] } as const;
    expect(await after('work -> next [label="Next"]\n next -> exit', { script })).toBeUndefined();
  });

  verifies(
    'failure:retry-target',
    'a retry target whose visits are used up gives way, so that failures cannot jump for ever',
    async () => {
      const run = await walk(
        'graph [default_max_visits=3]\n start -> work -> exit\n work [retry_target=work]',
        failing,
      );
      expect(run.visited).toEqual(['start', 'work', 'work', 'work']);
      expect(run).toMatchObject({ state: 'failed', failureReason: 'work said fail' });
    },
  );
});

describe('visit limits', () => {
  const loop = 'start -> draft -> review\n review -> draft [condition="context.verdict!=good", max_visits=3]\n';
  const never = { script: { review: [{ contextUpdates: { verdict: 'bad' } }] } };

  verifies('durability:R8:visits', 'max_visits closes the edge when its target was visited so often', async () => {
    const run = await walk(
      `${loop} review -> exit [condition="context.verdict=good"]\n review -> giveup\n giveup -> exit`,
      never,
    );
    expect(run.visited).toEqual(['start', 'draft', 'review', 'draft', 'review', 'draft', 'review', 'giveup', 'exit']);
  });

  verifies(
    'defect:max-visits-bypassed',
    'a used-up edge stays closed when no other is open, and the run fails naming the bound',
    async () => {
      const run = await walk(loop, never);
      expect(run.visited.filter((node) => node === 'draft')).toHaveLength(3);
      expect(run).toMatchObject({
        state: 'failed',
        failureReason: 'loop bound reached: review -> draft is closed after 3 visits of draft (max_visits=3)',
      });
    },
  );

  verifies('durability:R8:visits', 'visits count on whatever way they came', async () => {
    const run = await walk(
      `start -> a -> b
       b -> a [condition="context.way=back"]
       b -> c [condition="context.way=on"]
       c -> a [max_visits=2]
       c -> exit`,
      { script: { b: [{ contextUpdates: { way: 'back' } }, { contextUpdates: { way: 'on' } }] } },
    );
    // The second visit of a came over another edge than the limited one.
    expect(run.visited).toEqual(['start', 'a', 'b', 'a', 'b', 'c', 'exit']);
  });

  verifies(
    'durability:R8:default-bound',
    'a loop without a bound of its own ends after default_max_visits, 100 unless set',
    async () => {
      const endless = 'start -> a -> b -> a';
      const byDefault = await walk(endless);
      expect(byDefault.visited.filter((node) => node === 'a')).toHaveLength(100);
      expect(byDefault.failureReason).toContain('default_max_visits=100');
      const bounded = await walk(`graph [default_max_visits=2]\n ${endless}`);
      expect(bounded.visited).toEqual(['start', 'a', 'b', 'a', 'b']);
    },
  );

  test('max_visits may also allow more visits than the default bound', async () => {
    const run = await walk('graph [default_max_visits=2]\n start -> a\n a -> a [max_visits=5, weight=1]\n a -> exit');
    expect(run.visited.filter((node) => node === 'a')).toHaveLength(5);
    expect(run.state).toBe('completed');
  });

  test('a loop of diamonds, which never takes a step, ends as well', async () => {
    const run = await walk('start -> a -> b -> a\n a [shape=diamond]\n b [shape=diamond]');
    expect(run.state).toBe('failed');
  });
});
