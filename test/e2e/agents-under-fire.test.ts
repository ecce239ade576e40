import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ResultLine } from '../../src/contract/result-line.ts';
import { agentProgram, goodResult, prints } from '../support/agent-program.ts';
import { newProject, until, type CliProject } from '../support/cli.ts';
import { sized } from '../support/size.ts';
import { verifies } from '../support/verifies.ts';

/*
 * Every way an agent's program or a command was thought to misbehave, through the real command line: each ends in a
 * result that says what happened, and leaves nothing running.
 */

const pipeline = (more = ''): string =>
  `digraph Fire { start [shape=Mdiamond] exit [shape=Msquare] work [prompt="do it"${more}] start -> work -> exit }`;

const good = goodResult('fine');

async function runAgent(script: string, attributes = ''): Promise<ResultLine> {
  const project = newProject();
  agentProgram(project, script);
  project.write('fire.dot', pipeline(attributes));
  const ran = await project.run(['run', 'fire.dot', '--backend', 'claude-code', '--json']);
  expect(project.leftRunning()).toEqual([]);
  return ran.result();
}

interface Crowd {
  /** What became of the stage of each, by what it does. */
  readonly stages: Readonly<Record<string, object>>;
  readonly attempts: readonly number[];
}

/** Several at once, each at a node of its own and under a name of its own: what one does is no matter of the others. */
async function runCrowd(
  project: CliProject,
  nodes: readonly (readonly [what: string, attributes: string])[],
): Promise<Crowd> {
  const ids = nodes.map(([_what, attributes], index) => `n${index} [${attributes}] fan -> n${index} -> join`);
  project.write(
    'crowd.dot',
    `digraph Crowd { start [shape=Mdiamond] exit [shape=Msquare] fan [shape=component, max_parallel=8] join [shape=tripleoctagon]
      start -> fan ${ids.join(' ')} join -> exit }`,
  );
  const ran = await project.run(['run', 'crowd.dot', '--json']);
  expect(project.leftRunning()).toEqual([]);
  const ended = ran.events().flatMap((event): (readonly [what: string, became: object])[] => {
    const what = nodes[Number(/^n(\d+)$/.exec('name' in event ? event.name : '')?.[1])]?.[0];
    if (what === undefined) return [];
    if (event.type === 'StageCompleted') return [[what, { status: event.outcome.status }]];
    return event.type === 'StageFailed' ? [[what, { failureReason: event.error }]] : [];
  });
  const { attempts } = ran.result();
  return { stages: Object.fromEntries(ended), attempts: nodes.map((_node, index) => attempts[`n${index}`] ?? 0) };
}

/** Agents by what they do, as nodes for a crowd. */
function agentNodes(
  project: CliProject,
  scripts: readonly (readonly [what: string, script: string])[],
): (readonly [what: string, attributes: string])[] {
  const agents: Record<string, { readonly type: string; readonly executable: string }> = {};
  const nodes = scripts.map(([what, script], index) => {
    agents[`agent-${index}`] = { type: 'claude-code', executable: agentProgram(project, script, `agent-${index}`) };
    return [what, `prompt="do it", agent="agent-${index}"`] as const;
  });
  project.write('orchestra.yaml', { agents });
  return nodes;
}

const flood = (bytes: number, letter = 'x'): string => `head -c ${bytes} /dev/zero | tr '\\0' ${letter}`;

/** Half an event line, so that the other half can be forgotten. */
const half = `printf '{"type":"result","subtype":"succ'`;

describe('an agent that works badly and ends well', () => {
  verifies('durability:fire:tolerated', 'is taken at its last word', async () => {
    expect(await runAgent(`${goodResult('first')}; ${goodResult('second')}`)).toMatchObject({
      status: 'success',
      context: { last_response: 'second' },
    });
  });

  const tolerated: readonly (readonly [what: string, script: string])[] = [
    ['floods its standard error', `${flood(30_000_000)} >&2; ${good}`],
    ['prints binary garbage, NULs and broken UTF-8', `printf '\\377\\376\\000\\001\\303\\n{\\000}\\n'; ${good}`],
    [
      'floods lines that are no JSON',
      `${flood(sized({ everyday: 20_000_000, full: 400_000_000 }))} | fold -w 1000; echo; ${good}`,
    ],
    ['prints valid JSON of unknown shapes', `echo '[1]'; echo 'null'; echo '{"type":{"a":1}}'; echo '{}'; ${good}`],
    ['prints JSON nested a million levels deep', `${flood(1_000_000, '[')}; ${flood(1_000_000, ']')}; echo; ${good}`],
    ['never reads its prompt', `exec <&-; ${good}`],
    [
      'cuts a character in two',
      half.replace('succ', 'success","is_error":false,"result":"fi\\303') + `; sleep 0.2; printf '\\244ne"}\\n'`,
    ],
    ['stays when it is done', `${good}; sleep 300`],
    [
      'stays when it is done, and talks',
      `${good}; while :; do echo noise; echo '{"type":"keep_alive"}'; sleep 0.1; done`,
    ],
    ['closes its output and stays', `${good}; exec 1>&- 2>&-; sleep 300`],
    ['leaves a child in another session', `setsid sleep 300 & ${good}`],
    ['leaves an orphan, twice removed', `(setsid sh -c 'setsid sleep 300 & exit' &) ; ${good}`],
    [
      'leaves a child deaf to every signal but one',
      `nohup sh -c 'trap "" TERM HUP INT; sleep 300; sleep 300' >/dev/null 2>&1 & ${good}`,
    ],
    ['makes its folder unreadable', `chmod 000 "$(dirname "$ORCHESTRA_STATUS_FILE")"; ${good}`],
    ['removes the folder it was given', `rm -rf "$(dirname "$ORCHESTRA_STATUS_FILE")"; ${good}`],
  ];

  test('succeeds all the same, whatever it does beside its work', { timeout: 240_000 }, async () => {
    const project = newProject();
    const { stages, attempts } = await runCrowd(project, agentNodes(project, tolerated));
    expect(stages).toEqual(Object.fromEntries(tolerated.map(([what]) => [what, { status: 'success' }])));
    expect(attempts).toEqual(tolerated.map(() => 1));
  });
});

describe('an agent that fails', () => {
  const failing: readonly (readonly [what: string, script: string, reason: RegExp])[] = [
    ['says nothing at all', 'exit 0', /ended without a result \(exit code 0\)$/],
    [
      'says why on its standard error',
      'echo "no licence" >&2; exit 2',
      /without a result \(exit code 2\): no licence$/,
    ],
    ['prints half a line and is killed', `${half}; kill -KILL $$`, /without a result \(signal SIGKILL\)$/],
    ['gives a result of the wrong shape', `echo '{"type":"result","result":7}'`, /ended without a result/],
    ['gives a good result and a bad exit code', `${good}; exit 3`, /success but ended badly \(exit code 3\)$/],
    ['gives a good result and dies', `${good}; kill -SEGV $$`, /success but ended badly \(signal SIGSEGV\)$/],
    ['closes its output and stays', 'exec 1>&- 2>&-; sleep 300', /ended without a result \(signal SIGTERM\)$/],
    ['prints one line without end', `tr '\\0' x < /dev/zero`, /output cannot be read: a line of it exceeds \d+ bytes$/],
    ['floods its standard error and fails', `${flood(1_000_000)} >&2; exit 1`, /^.{100,4300}$/s],
  ];

  test('is told as what it is', { timeout: 240_000 }, async () => {
    const project = newProject();
    const { stages } = await runCrowd(
      project,
      agentNodes(
        project,
        failing.map(([what, script]) => [what, script]),
      ),
    );
    const reasons = failing.map(([what, , reason]) => [
      what,
      { failureReason: expect.stringMatching(reason) as string },
    ]);
    expect(stages).toEqual(Object.fromEntries(reasons));
  });

  test('is told as what it is where it vanishes once it was found', async () => {
    const project = newProject();
    writeFileSync(agentProgram(project, ''), '#!/bin/sh\nrm "$0"\necho 2.1.0\n');
    project.write('fire.dot', pipeline());
    const ran = await project.run(['run', 'fire.dot', '--backend', 'claude-code', '--json']);
    expect(ran.code).toBe(1);
    const reason = /ended without a result \(exit code 127\): .*not found$/;
    expect(ran.result()).toMatchObject({ status: 'fail', failureReason: expect.stringMatching(reason) });
  });

  verifies('durability:fire:hangs', 'is ended by its timeout, also where it is deaf to TERM', async () => {
    const hanging = 'trap "" TERM; (trap "" TERM; setsid sleep 300) & sleep 300; sleep 300';
    const result = await runAgent(hanging, ', timeout="300ms"');
    expect(result).toMatchObject({ status: 'fail', failureReason: 'timed out after 300 ms' });
  });

  verifies('durability:R7:group', 'is ended by a cancel, and all it has started', async () => {
    const project = newProject();
    agentProgram(project, 'touch started; setsid sleep 300 & sleep 300');
    project.write('fire.dot', pipeline());
    const running = project.start(['run', 'fire.dot', '--backend', 'claude-code', '--json']);
    await until(() => project.has('started'));
    expect((await project.run(['cancel', 'last'])).code).toBe(0);
    expect((await running.finished).result()).toMatchObject({ status: 'cancelled' });
    expect(project.leftRunning()).toEqual([]);
  });

  verifies(
    'durability:fire:sweep-bounded',
    'and forks faster than it can be ended holds the run for a bounded time',
    async () => {
      const project = newProject();
      // Every hop is a new session and a new process; a hundred thousand at most.
      project.write('hop', 'n=$1; [ "$n" -gt 0 ] && [ ! -e stop ] && { setsid sh hop $((n - 1)) & }; exit 0');
      onTestFinished(() => void project.write('stop', ''));
      agentProgram(project, `${good}; setsid sh hop 100000 >/dev/null 2>&1 & exit 0`);
      project.write('fire.dot', pipeline());
      const ran = await project.run(['run', 'fire.dot', '--backend', 'claude-code', '--json']);
      expect(ran.result()).toMatchObject({ status: 'success' });
      const exits = ran.events().filter((event) => event.type === 'ProcessExited');
      expect(exits).toHaveLength(1);
      project.write('stop', '');
      await until(() => project.leftRunning().length === 0);
    },
  );
});

describe('a program that cannot be the agent', () => {
  const refused: readonly [what: string, make: (path: string) => void, reason: RegExp][] = [
    ['is missing', () => undefined, /claude is not on the PATH\. Install it/],
    ['is a folder', (path) => mkdirSync(path), /claude is no program/],
    ['is not executable', (path) => writeFileSync(path, ''), /claude is not executable/],
    ['has no interpreter', (path) => writeFileSync(path, '#!/no/such\n'), /interpreter in its first line installed\?/],
    ['fails when asked', (path) => writeFileSync(path, '#!/bin/sh\nexit 3\n'), /--version failed with exit code 3/],
  ];

  test.each(refused)('is refused before anything is recorded where it %s', async (what, make, reason) => {
    const project = newProject();
    const path = join(project.bin, 'claude');
    make(path);
    if (what.startsWith('has') || what.startsWith('fails')) chmodSync(path, 0o755);
    project.write('fire.dot', pipeline());
    const asked = await project.run(['run', 'fire.dot', '--backend', 'claude-code']);
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringMatching(reason) });
    expect(asked.stderr).toMatch(/^error TOOL_MISSING: /);
    const unasked = await project.run(['run', 'fire.dot']);
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error BACKEND_MISSING: /) });
    expect((await project.run(['status', '--json'])).document<{ runs: unknown[] }>().runs).toEqual([]);
  });
});

describe('a status file', () => {
  const wrong: readonly (readonly [what: string, make: string, problem: string])[] = [
    ['an empty file', ': > "$F"', 'not JSON: Unexpected end of JSON input'],
    ['half a file', `printf '{"outcome":' > "$F"`, 'not JSON: '],
    ['a wrong word', `echo '{"outcome":"ok"}' > "$F"`, 'outcome must be one of '],
    ['a link to a device without end', 'ln -s /dev/zero "$F"', 'it is a symbolic link'],
    ['a pipe nobody writes to', 'mkfifo "$F"', 'it is no ordinary file'],
    ['a folder', 'mkdir "$F"', 'it is a folder'],
    ['a gigabyte of nothing', 'truncate -s 1G "$F"', 'it is longer than 1 MB'],
    ['no text', `printf '\\377\\376' > "$F"`, 'it is not a text in UTF-8'],
    ['lists in lists', `(${flood(100_000, '[')}; ${flood(100_000, ']')}) > "$F"`, 'nested deeper than 200 levels'],
  ];

  test('that is wrong fails the node of an agent as that of a command, and says so', { timeout: 240_000 }, async () => {
    const project = newProject();
    const written = ([what, make]: (typeof wrong)[number], more = ''): readonly [string, string] => [
      what,
      `F="$ORCHESTRA_STATUS_FILE"; ${make}${more}`,
    ];
    const agents = agentNodes(
      project,
      wrong.map((file) => written(file, `; ${good}`)),
    );
    const commands = wrong.map((file) => {
      const [what, script] = written(file);
      return [`${what}, by a command`, `shape=parallelogram, tool_command=${JSON.stringify(script)}`] as const;
    });
    const { stages } = await runCrowd(project, [...agents, ...commands]);
    for (const [what, , problem] of wrong)
      for (const node of [what, `${what}, by a command`]) {
        const { failureReason } = stages[node] as { failureReason: string };
        expect(failureReason.replace(/node n\d+:/, 'node:')).toContain(`status file of node: ${problem}`);
      }
  });
});

function toolProject(command: string): CliProject {
  const project = newProject();
  project.write('command', command);
  project.write(
    'tool.dot',
    `digraph Tool { start [shape=Mdiamond] exit [shape=Msquare] work [shape=parallelogram, tool_command="sh ./command"] start -> work -> exit }`,
  );
  return project;
}

describe('a command', () => {
  verifies('tool:standard-streams', 'opens its standard streams by their names', async () => {
    const project = toolProject('echo out > /dev/stdout; echo err > /dev/stderr; cat /dev/stdin; exit 4');
    const ran = await project.run(['run', 'tool.dot', '--json']);
    expect(ran.result()).toMatchObject({
      failureReason: expect.stringMatching(/Tool failed with exit code 4: err$/),
      context: { 'tool.output': 'out\n' },
    });
  });

  verifies('tool:bounded-output', 'may print a hundred megabytes', async () => {
    const bytes = sized({ everyday: 20_000_000, full: 100_000_000 });
    const project = toolProject(`${flood(bytes)} | fold -w 100; ${flood(100_000)} >&2`);
    const ran = await project.run(['run', 'tool.dot', '--json']);
    expect(ran.result()).toMatchObject({ status: 'success' });
    expect(ran.stdout.length).toBeLessThan(1_000_000);
    expect(ran.result().context?.['tool.output']).toMatch(/bytes left out[^]*artifact work\.output and \d+ more parts/);
  });

  verifies('tool:environment', 'sees ten thousand inputs, and large ones in files', async () => {
    const project = toolProject(
      'env | grep -c "^ORCHESTRA_VAR_I"; echo "$ORCHESTRA_VAR_I9999"; wc -c < "$ORCHESTRA_VAR_BIG_FILE"',
    );
    const inputs = Array.from({ length: 10_000 }, (_, index) => `i${index}=v${index}`);
    const ran = await project.run(['run', 'tool.dot', '--json', ...inputs, `big=${'y'.repeat(100_000)}`]);
    expect(ran.result()).toMatchObject({ status: 'success', context: { 'tool.output': '10000\nv9999\n100000\n' } });
  });

  verifies('durability:fire:start', 'that is too long for the system fails with the way out', async () => {
    const project = newProject();
    project.write(
      'long.dot',
      `digraph Long { start [shape=Mdiamond] exit [shape=Msquare] work [shape=parallelogram, tool_command="true ${'x'.repeat(140_000)}"] start -> work -> exit }`,
    );
    const ran = await project.run(['run', 'long.dot', '--json']);
    expect(ran.result()).toMatchObject({
      status: 'fail',
      failureReason: expect.stringContaining('longer than the system allows'),
    });
  });

  test('that deletes the folder all work in fails the next one, which names the folder', async () => {
    const project = newProject();
    project.write('below/kept', '');
    project.write(
      'delete.dot',
      `digraph Delete { start [shape=Mdiamond] exit [shape=Msquare]
        one [shape=parallelogram, tool_command="rm -rf \\"$PWD\\""]
        two [shape=parallelogram, tool_command="pwd"]
        start -> one -> two -> exit }`,
    );
    const ran = await project.run(['run', 'delete.dot', '--cwd', 'below', '--json']);
    expect(ran.result()).toMatchObject({
      status: 'fail',
      attempts: { one: 1, two: 1 },
      failureReason: expect.stringMatching(/the folder .*below does not exist$/),
    });
    rmSync(join(project.folder, 'below'), { recursive: true, force: true });
  });
});

test('a line of the transcript printed by the helper is one shell word', () => {
  expect(prints({ text: "it's" })).toBe(`printf '%s\\n' '{"text":"it'\\''s"}'`);
});
