import { describe, expect, test } from 'vitest';
import { testDocumentSchema, type TestDocument } from '../../src/contract/command-documents.ts';
import { newProject, type CliProject, type Finished } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Review {
  graph [goal="Review it"]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  list [shape=parallelogram, tool_command="echo made > made.txt; echo one; echo two"]
  judge [prompt="Good enough for $goal?", context_keys="verdict"]
  approve [shape=hexagon, label="Publish?"]
  start -> list -> judge -> approve
  approve -> exit [label="[Y] Yes"]
  approve -> judge [label="[N] Once more", max_visits=4]
}`;

function newTests(tests: Readonly<Record<string, string>>): CliProject {
  const project = newProject();
  project.write('review.dot', pipeline);
  for (const [name, text] of Object.entries(tests)) project.write(`tests/${name}.test.yaml`, text);
  return project;
}

function documentOf(finished: Finished): TestDocument {
  return testDocumentSchema.strict().parse(finished.document());
}

async function failuresIn(expectations: string, more = ''): Promise<readonly string[]> {
  const text = `pipeline: ../review.dot\nscript: { judge: [{ text: 'verdict: good' }] }\n${more}\nexpect: ${expectations}\n`;
  const project = newTests({ one: text });
  const [result] = documentOf(await project.run(['test', '--json'])).tests;
  return result?.failures.map(({ expectation }) => expectation) ?? [];
}

const good = `# The whole way.
name: the way through
pipeline: ../review.dot
script:
  judge: [{ text: 'verdict: poor' }, { text: 'verdict: good' }]
answers: [N, Y]
expect:
  status: success
  exit_code: 0
  visited: [start, list, judge, approve, judge, approve, exit]
  visited_in_order: [list, exit]
  not_visited: [other]
  context: { verdict: good, tool.exit_code: 0 }
  outputs: { judge: good, list: [one, two] }
  max_cost: 0
`;

describe('orchestra test', () => {
  verifies(
    'machine:command:test',
    'runs the tests below a folder, each in a home and a working folder of its own',
    async () => {
      const waiting = 'pipeline: ../review.dot\nexpect: { status: waiting, exit_code: 3, not_visited: [exit] }\n';
      const project = newTests({ good, waiting });
      project.write('node_modules/other.test.yaml', 'not: ours');
      const ran = await project.run(['test']);
      expect(ran.code, ran.stdout).toBe(0);
      expect(ran.stdout.replaceAll(/\d+(\.\d+)? m?s\b/g, 'TIME')).toBe(
        [
          'pass    tests/good.test.yaml  the way through  TIME',
          'pass    tests/waiting.test.yaml  TIME',
          '2 tests: 2 passed',
          '',
        ].join('\n'),
      );
      expect(project.has('made.txt')).toBe(false);
      expect(project.has('tests/made.txt')).toBe(false);
      expect(project.has('.orchestra')).toBe(false);
    },
  );

  verifies('machine:command:test', 'says of what does not hold what was expected and what came', async () => {
    const project = newTests({
      bad: good
        .replace('answers: [N, Y]', 'answers: [Y]')
        .replace('verdict: good, tool', 'verdict: great, nothing: 1, tool')
        .replace('list: [one, two]', 'list: [one, three]'),
    });
    const ran = await project.run(['test', 'tests']);
    expect(ran.code).toBe(1);
    const told = ran.stdout.split('\n').map((line) => line.trim());
    expect(told.slice(1)).toEqual([
      'visited',
      'expected  start list judge approve judge approve exit',
      'actual    start list judge approve exit',
      'context.verdict',
      'expected  great',
      'actual    poor',
      'context.nothing: there is none',
      'expected  1',
      'outputs.judge: it does not contain that',
      'expected  good',
      'actual    verdict: poor',
      'outputs.list: it does not contain that',
      'expected  three',
      'actual    one',
      'two',
      '1 test: 1 failed',
      '',
    ]);
    const document = documentOf(await project.run(['test', '--json']));
    expect(document).toMatchObject({ ok: false, passed: 0, failed: 1 });
    expect(document.tests[0]).toMatchObject({
      file: 'tests/bad.test.yaml',
      name: 'the way through',
      outcome: 'failed',
      run: { status: 'success', exitCode: 0 },
    });
  });

  test('knows every kind of expectation', async () => {
    expect(await failuresIn('{ status: fail, exit_code: 1 }')).toEqual(['status', 'exit_code']);
    expect(await failuresIn('{ visited_in_order: [judge, list] }')).toEqual(['visited_in_order']);
    expect(await failuresIn('{ not_visited: [judge] }')).toEqual(['not_visited']);
    expect(await failuresIn('{ failure: boom }')).toEqual(['failure']);
    expect(await failuresIn('{ context: { verdict: good } }')).toEqual([]);
    expect(await failuresIn('{ diagnostics: [start_node] }')).toEqual(['diagnostics']);
    expect(await failuresIn('{ context: { graph.goal: Mine } }', 'goal: Mine')).toEqual([]);
    expect(await failuresIn('{ context: { depth: 2 } }', 'inputs: { depth: 2 }')).toEqual([]);
    expect(await failuresIn('{ status: fail, failure: list }', 'tools: scripted').then(String)).toBe('status,failure');
  });

  test('scripted tools run nothing; a folder can be named for those that run', async () => {
    const project = newTests({
      scripted:
        'pipeline: ../review.dot\ntools: scripted\nscript: { list: [{ text: canned, status: fail }] }\n' +
        'expect: { status: fail, failure: list reported fail, outputs: { list: canned }, context: { tool.exit_code: 1 } }\n',
      here: 'pipeline: ../review.dot\ncwd: ..\nexpect: { outputs: { list: one } }\n',
    });
    const only = await project.run(['test', '--filter', 'scripted']);
    expect(only.stdout).toMatch(/^pass {4}tests\/scripted[^]*1 test: 1 passed\n$/);
    expect(project.has('made.txt')).toBe(false);
    expect((await project.run(['test', 'tests/here.test.yaml'])).code).toBe(0);
    expect(project.read('made.txt')).toBe('made\n');
  });

  test('a pipeline with errors fails its test, unless they are what is expected', async () => {
    const project = newTests({
      expected: 'pipeline: ../broken.dot\nexpect: { status: fail, exit_code: 1, diagnostics: [start_node] }\n',
      unexpected: 'pipeline: ../broken.dot\nexpect: {}\n',
    });
    project.write('broken.dot', 'digraph Broken { exit [shape=Msquare]; a; a -> exit }');
    const { code, stdout } = await project.run(['test']);
    expect(code).toBe(1);
    expect(stdout).toContain('pass    tests/expected.test.yaml');
    expect(stdout).toMatch(/FAIL {4}tests\/unexpected.test.yaml[^]*diagnostics: \.\.\/broken\.dot:1:\d+ start_node: /);
  });

  verifies(
    'machine:command:test-places',
    'broken files are told with their places, hold up no other, and make the exit code 2',
    async () => {
      const project = newTests({
        a: 'pipeline: ../review.dot\nexpekt: {}\nexpect: { status: sucess }\n',
        b: 'pipeline: ../review.dot\nscript: { judge: [sucess] }\nexpect: {}\n',
        c: 'pipeline: ../reviw.dot\nexpect: {}\n',
        d: 'pipeline: ../review.dot\nrecorded: run.jsonl\nanswers: [Y]\nexpect: {}\n',
        good,
      });
      const { code, stdout } = await project.run(['test']);
      expect(code).toBe(2);
      expect(stdout).toContain('tests/a.test.yaml:2:1: Unrecognized key: "expekt"');
      expect(stdout).toContain('tests/a.test.yaml:3:19: Invalid option: expected one of "success"');
      expect(stdout).toContain('tests/b.test.yaml:2:1: the script is not valid: judge[0]: a status word');
      expect(stdout).toContain('../reviw.dot cannot be read');
      expect(stdout).toContain('tests/d.test.yaml:3:10: answers has no use beside recorded');
      expect(stdout).toContain('pass    tests/good.test.yaml');
      expect(stdout).toContain('5 tests: 1 passed, 4 broken');
      const none = await newProject().run(['test']);
      expect(none.code).toBe(2);
      expect(none.stderr).toContain('there is no test here');
    },
  );

  test('--update writes what came into the file and leaves the rest of it as it is', async () => {
    const project = newTests({ good: good.replace('judge, approve, judge, approve, exit]', 'exit]   # short') });
    const { code, stdout } = await project.run(['test', '--update']);
    expect(code).toBe(0);
    expect(stdout).toContain('update  tests/good.test.yaml');
    const updated = good.replace('approve, exit]', 'approve, exit]   # short');
    expect(project.read('tests/good.test.yaml')).toBe(updated);
    expect((await project.run(['test'])).code).toBe(0);
  });

  test('a recording answers a test, until the pipeline asks something else', async () => {
    const project = newTests({
      recorded:
        'pipeline: ../review.dot\nrecorded: run.jsonl\nexpect: { status: success, outputs: { judge: good }, exit_code: 0 }\n',
    });
    project.write('script.json', { judge: [{ text: 'verdict: good' }] });
    project.write('answers.json', ['Y']);
    await project.run(['run', 'review.dot', '--script', 'script.json', '--answers', 'answers.json']);
    await project.run(['record', 'last', '-o', 'tests/run.jsonl']);
    expect((await project.run(['test'])).stdout).toMatch(/^pass/);
    project.write('review.dot', pipeline.replace('Good enough', 'Really good enough'));
    const { code, stdout } = await project.run(['test']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /recorded:\n +prompt of judge#1 is not as recorded\n +- Good enough for Review it\?\n +\+ Really good enough/,
    );
  });

  test('a run that takes too long is cancelled and has failed', async () => {
    const project = newTests({
      slow: 'pipeline: ../review.dot\ntimeout: 0.2\nscript: { judge: [{ delay_ms: 600000 }] }\nexpect: { status: cancelled }\n',
    });
    const { code, stdout } = await project.run(['test']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/timeout: the run did not end in time\n +expected {2}0\.2/);
  });
});
