import { Environment } from 'minijinja-js';
import { expect, test } from 'vitest';
import { graphOf } from '../../../test/support/walk.ts';
import { agreeableAnswer, createProgram, createTraversal, dryRun, type DryRunResult } from '../index.ts';
import { createMinijinjaEngine } from '../templates/minijinja-engine.ts';
import { simulatedSteps } from './simulated-steps.ts';

interface Simulated extends DryRunResult {
  /** What the steps stored, by name. */
  readonly stored: ReadonlyMap<string, unknown>;
}

async function simulate(statements: string): Promise<Simulated> {
  const stored = new Map<string, unknown>();
  const step = simulatedSteps({
    templates: createMinijinjaEngine(new Environment()),
    onArtifact: (_call, name, content) => void stored.set(name, content),
  });
  const traversal = createTraversal(createProgram(graphOf(statements)), { inputs: {} });
  return { ...(await dryRun(traversal, { step, answer: agreeableAnswer })), stored };
}

test('agents answer with the text of the specification, and prompts are stored as an agent would get them', async () => {
  const { state, result, stored } = await simulate('plan [prompt="Plan it"] start -> plan -> exit');
  expect(state).toBe('completed');
  expect(result?.context).toMatchObject({ last_stage: 'plan', last_response: '[Simulated] Response for stage: plan' });
  expect(stored.get('plan.prompt')).toContain('Plan it');
});

test('tools are not run, and what they would set is there for templates', async () => {
  const { result, stored } = await simulate(`templates=jinja2
    change [shape=parallelogram, tool_command="exit 1"]
    review [prompt="Look at {{ tools.change.output }}"]
    sum [prompt="Sum up: {{ responses.review }}"]
    start -> change -> review -> sum -> exit`);
  expect(result?.context).toMatchObject({ 'tools.change.exit_code': 0 });
  expect(stored.get('review.prompt')).toContain('Look at [Simulated] Output of tool: change');
  expect(stored.get('sum.prompt')).toContain('Sum up: [Simulated] Response for stage: review');
});

test('a prompt that cannot be rendered fails the dry run as it fails a run', async () => {
  const { state, result } = await simulate('templates=jinja2 plan [prompt="{{ nobody }}"] start -> plan -> exit');
  expect(state).toBe('failed');
  expect(result?.outcome.failureReason).toMatch(
    /^\S+:3:\d+: prompt of node plan: line 1: undefined value in "\{\{ nobody \}\}": nobody is not set$/,
  );
});

test('branches settle in the order they were started, however long their preparation takes', async () => {
  const { events } = await simulate(`templates=jinja2
    before [prompt="Answer"]
    fan [shape=component] join [shape=tripleoctagon]
    slow [prompt="{{ responses.before }} {{ responses.before }}"] quick [prompt="Go"]
    start -> before -> fan  fan -> slow -> join  fan -> quick -> join  join -> exit`);
  const branches = events.flatMap((event) => (event.type === 'ParallelBranchCompleted' ? [event.branch] : []));
  expect(branches).toEqual(['slow', 'quick']);
});
