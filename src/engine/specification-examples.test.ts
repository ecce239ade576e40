import { describe, expect, test } from 'vitest';
import { verifies } from '../../test/support/verifies.ts';
import { graphOf, walk, walkGraph } from '../../test/support/walk.ts';
import { validate } from '../language/lint/validate.ts';
import { applyTransforms } from '../language/transforms/apply-transforms.ts';
import { textOf } from '../language/graph/attributes.ts';

const simple = `digraph Simple {
    graph [goal="Run tests and report"]
    rankdir=LR

    start [shape=Mdiamond, label="Start"]
    exit  [shape=Msquare, label="Exit"]

    run_tests [label="Run Tests", prompt="Run the test suite and report results"]
    report    [label="Report", prompt="Summarize the test results"]

    start -> run_tests -> report -> exit
}`;

const branch = `digraph Branch {
    graph [goal="Implement and validate a feature"]
    rankdir=LR
    node [shape=box, timeout="900s"]

    start     [shape=Mdiamond, label="Start"]
    exit      [shape=Msquare, label="Exit"]
    plan      [label="Plan", prompt="Plan the implementation"]
    implement [label="Implement", prompt="Implement the plan"]
    validate  [label="Validate", prompt="Run tests"]
    gate      [shape=diamond, label="Tests passing?"]

    start -> plan -> implement -> validate -> gate
    gate -> exit      [label="Yes", condition="outcome=success"]
    gate -> implement [label="No", condition="outcome!=success"]
}`;

const review = `digraph Review {
    rankdir=LR

    start [shape=Mdiamond, label="Start"]
    exit  [shape=Msquare, label="Exit"]

    review_gate [
        shape=hexagon,
        label="Review Changes",
        type="wait.human"
    ]

    start -> review_gate
    review_gate -> ship_it [label="[A] Approve"]
    review_gate -> fixes   [label="[F] Fix"]
    ship_it -> exit
    fixes -> review_gate
}`;

const stylesheet = `digraph Pipeline {
    graph [
        goal="Implement feature X",
        model_stylesheet="
            * { llm_model: claude-sonnet-4-5; llm_provider: anthropic; }
            .code { llm_model: claude-opus-4-6; llm_provider: anthropic; }
            #critical_review { llm_model: gpt-5.2; llm_provider: openai; reasoning_effort: high; }
        "
    ]

    start [shape=Mdiamond]
    exit  [shape=Msquare]

    plan            [label="Plan", class="planning"]
    implement       [label="Implement", class="code"]
    critical_review [label="Critical Review", class="code"]

    start -> plan -> implement -> critical_review -> exit
}`;

const smoke = `digraph test_pipeline {
    graph [goal="Create a hello world Python script"]

    start       [shape=Mdiamond]
    plan        [shape=box, prompt="Plan how to create a hello world script for: $goal"]
    implement   [shape=box, prompt="Write the code based on the plan", goal_gate=true]
    review      [shape=box, prompt="Review the code for correctness"]
    done        [shape=Msquare]

    start -> plan
    plan -> implement
    implement -> review [condition="outcome=success"]
    implement -> plan   [condition="outcome=fail", label="Retry"]
    review -> done      [condition="outcome=success"]
    review -> implement [condition="outcome=fail", label="Fix"]
}`;

describe('the examples of 2.13', () => {
  test('have no errors, and nor have those of 8.6 and 11.13', () => {
    for (const text of [simple, branch, review, stylesheet, smoke]) {
      expect(validate(graphOf(text)).filter(({ severity }) => severity === 'error')).toEqual([]);
    }
  });

  verifies('example:2.13:linear', 'the linear workflow runs from start to exit', async () => {
    expect((await walk(simple)).visited).toEqual(['start', 'run_tests', 'report', 'exit']);
  });

  verifies('example:2.13:branch', 'the branching workflow returns to implement until the tests pass', async () => {
    const run = await walk(branch, { script: { validate: ['fail', 'fail', 'success'] } });
    const round = ['implement', 'validate', 'gate'];
    expect(run.visited).toEqual(['start', 'plan', ...round, ...round, ...round, 'exit']);
    expect(run.state).toBe('completed');
  });

  verifies('example:2.13:human-gate', 'the human gate loops over the fixes until it is approved', async () => {
    const run = await walk(review, { answers: ['F', 'fix', 'A'] });
    expect(run.visited).toEqual([
      'start',
      'review_gate',
      'fixes',
      'review_gate',
      'fixes',
      'review_gate',
      'ship_it',
      'exit',
    ]);
    expect(run.questions[0]).toMatchObject({ text: 'Review Changes', options: [{ key: 'A' }, { key: 'F' }] });
  });
});

verifies('example:8.6', 'the example of 8.6 runs with the models its stylesheet names', async () => {
  const { graph } = applyTransforms(graphOf(stylesheet));
  const run = await walkGraph(graph);
  const models = run.steps.map(({ nodeId }) => {
    const node = graph.nodes.get(nodeId);
    return [nodeId, node && textOf(node, 'llm_model')];
  });
  expect(models).toEqual([
    ['plan', 'claude-sonnet-4-5'],
    ['implement', 'claude-opus-4-6'],
    ['critical_review', 'gpt-5.2'],
  ]);
});

describe('the smoke test of 11.13', () => {
  verifies(['smoke:parse', 'smoke:validate'], 'has its goal, 5 nodes, 6 edges and no errors', () => {
    const graph = graphOf(smoke);
    expect(textOf(graph, 'goal')).toBe('Create a hello world Python script');
    expect([graph.nodes.size, graph.edges.length]).toEqual([5, 6]);
    expect(validate(graph).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('succeeds with implement among its nodes', async () => {
    const run = await walk(smoke);
    expect(run.visited).toEqual(['start', 'plan', 'implement', 'review', 'done']);
    expect(run.state).toBe('completed');
  });

  verifies('smoke:goal-gate', 'its goal gate is satisfied at the end, after failures too', async () => {
    const run = await walk(smoke, {
      script: { implement: ['fail', 'success', 'success'], review: ['fail', 'success'] },
    });
    expect(run.visited).toEqual([
      'start',
      'plan',
      'implement',
      'plan',
      'implement',
      'review',
      'implement',
      'review',
      'done',
    ]);
    expect(run.of('GoalGateUnsatisfied')).toEqual([]);
    expect(run.state).toBe('completed');
  });

  test('its last checkpoint stands at done', async () => {
    const run = await walk(smoke);
    expect(run.of('CheckpointSaved').at(-1)).toMatchObject({ nodeId: 'done', reason: 'exit' });
  });
});
