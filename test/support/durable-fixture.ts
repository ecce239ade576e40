import type { Interviewer } from '../../src/engine/ports/interviewer.ts';
import type { ScriptedStep, WorldSetup } from './runtime-world.ts';

/** An interviewer that gives every question the same answer at once. */
export function alwaysAnswers(key: string): Interviewer {
  const answer = { kind: 'choice', key } as const;
  return {
    ask: async () => answer,
    askMultiple: async (questions) => questions.map(() => answer),
    inform: async () => undefined,
  };
}

async function talkative({ services }: ScriptedStep): Promise<'success'> {
  await services.emit({ type: 'ToolOutput', stream: 'stdout', text: 'first' });
  await services.emit({ type: 'ToolOutput', stream: 'stdout', text: 'second' });
  services.artifact('talk', 'all of it');
  return 'success';
}

/**
 * One of everything that makes resuming hard: a loop around nested fan-outs, a race whose loser is
 * cancelled, a retry with its timer, a step with events of its own, a gate, a child pipeline and a
 * supervised one.
 */
export const durableFixture: WorldSetup = {
  pipeline: `
    fan [shape=component] inner [shape=component] innerjoin [shape=tripleoctagon] join [shape=tripleoctagon]
    race [shape=component, join_policy=first_success] won [shape=tripleoctagon]
    flaky [max_retries=2] tool [shape=parallelogram] gate [shape=hexagon]
    sub [type="sub_pipeline", sub_pipeline.dotfile="child", sub_pipeline.outputs="answer"]
    boss [shape=house, stack.child_dotfile="watched", manager.poll_interval="2s"]
    start -> plan -> fan
    fan -> left -> leftmost -> join
    fan -> inner
    inner -> x -> innerjoin
    inner -> y -> innerjoin -> join
    join -> race
    race -> quick -> won
    race -> slow -> won
    won -> flaky -> tool -> gate
    gate -> sub [label="[Y] Yes"]
    gate -> exit [label="[N] No"]
    sub -> boss -> review
    review -> plan [condition="outcome=fail"]
    review -> exit [condition="outcome=success"]`,
  children: {
    child: 'start -> ask -> exit',
    watched: 'b [max_retries=1] start -> a -> b -> exit',
  },
  script: {
    plan: [{ contextUpdates: { round: 1 } }, { contextUpdates: { round: 2 } }],
    x: [{ contextUpdates: { score: 1 } }],
    slow: [async ({ held }) => held().then(() => 'success' as const)],
    flaky: ['retry', 'success'],
    tool: [talkative],
    ask: [{ contextUpdates: { answer: 42 } }],
    b: ['retry', 'success'],
    review: ['fail', 'success'],
  },
  interviewer: alwaysAnswers('Y'),
};
