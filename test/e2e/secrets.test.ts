import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { agentProgram, goodResult, prints } from '../support/agent-program.ts';
import { newProject, until, type CliProject, type Finished } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

/*
 * Secrets are planted along every way a text can take into a run, each way with secrets of its own; then everything
 * that was written or printed is searched for them: raw, decoded and decompressed.
 */

/** The ways, each with a secret under the name of a variable: by its name, configured, and by its shape alone. */
const ways = [
  ...[
    'goal',
    'node id',
    'label',
    'prompt',
    'tool command',
    'input',
    'input key',
    'graph name',
    'thread',
    'script text',
  ],
  ...['agent text', 'agent text beyond 200', 'agent thinking', 'tool call', 'tool result', 'agent stderr', 'no json'],
  ...[
    'status notes',
    'status key',
    'status value',
    'bad status',
    'context line',
    'stdout',
    'stdout cut',
    'stdout large',
  ],
  ...['stderr tail', 'exit reason', 'base64', 'url', 'hex', 'json text', 'answer', 'artifact'],
] as const;
type Way = (typeof ways)[number];

/** Plain words, so that the secret can stand in any text, also as an id of the graph. */
const secretOf = (way: Way): string => `planted${Buffer.from(way).toString('hex')}end`;
const variableOf = (way: Way): string => `${way.toUpperCase().replaceAll(' ', '_')}_TOKEN`;
const environment = Object.fromEntries(ways.map((way) => [variableOf(way), secretOf(way)]));
const shaped = `ghp_${'aB3dE6gH9kL2'.repeat(3)}`;

/** What in a text would betray a secret: its beginning, its end, and the same of its encodings. */
const tellTales = (way: Way): readonly string[] => {
  const secret = secretOf(way);
  const [base64, hex] = [Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')];
  return [secret.slice(0, 10), secret.slice(-12), base64.slice(0, 12), hex.slice(0, 20), hex.slice(-24)];
};

function found(texts: readonly string[]): readonly string[] {
  const hit = ways.filter((way) => tellTales(way).some((sign) => texts.some((text) => text.includes(sign))));
  return texts.some((text) => text.includes(shaped)) ? [...hit, 'a known shape'] : hit;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** Names and raw bytes of everything Orchestra has written in the project: journal with its log, run directory, scratch. */
function written(project: CliProject): readonly string[] {
  return filesBelow(join(project.folder, '.orchestra')).flatMap((path) => [path, readFileSync(path, 'latin1')]);
}

/** Every row of every table of the journal, with blobs decompressed. */
function journaled(project: CliProject): readonly string[] {
  const [path] = filesBelow(join(project.folder, '.orchestra')).filter((name) => name.endsWith('.db'));
  const database = new DatabaseSync(path!, { readOnly: true });
  const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all() as { name: string }[];
  const values = tables.flatMap(({ name }) => database.prepare(`select * from "${name}"`).all().flatMap(Object.values));
  database.close();
  return values.map((value: unknown) => (value instanceof Uint8Array ? decoded(value) : String(value)));
}

function decoded(bytes: Uint8Array): string {
  const isCompressed = Buffer.from(bytes.subarray(0, 4)).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
  return Buffer.from(isCompressed ? zstdDecompressSync(bytes) : bytes).toString('latin1');
}

const printed = ({ stdout, stderr }: Finished): readonly string[] => [stdout, stderr];

const shell = (way: Way): string => secretOf(way);

/** An agent that tells its secrets in every way it can; `prompt.txt` keeps what it was asked. */
const agentScript = `
cat > "$PWD/asked-$$.txt"
${prints({ type: 'system', subtype: 'init', session_id: '11111111-1111-4111-8111-111111111111' })}
${prints({
  type: 'assistant',
  message: {
    id: 'm',
    content: [
      { type: 'thinking', thinking: `I think of ${secretOf('agent thinking')}` },
      { type: 'text', text: `I say ${secretOf('agent text')} and ${shaped}` },
      {
        type: 'tool_use',
        id: 't',
        name: 'Bash',
        input: { command: `curl -u ${secretOf('tool call')}`, [secretOf('tool call')]: 1 },
      },
    ],
  },
})}
${prints({ type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 't', content: JSON.stringify({ a: JSON.stringify(secretOf('tool result')) }) }] } })}
echo '${'x'.repeat(190)}${secretOf('no json')}'
echo '${secretOf('agent stderr')}${'y'.repeat(4_070)}' >&2
case $(cat asked-$$.txt) in
  *FAIL*) printf '%s' '{"outcome":"success" ${secretOf('bad status')}' > "$ORCHESTRA_STATUS_FILE";;
  *DIE*) exit 1;;
  *STATUS*) printf '%s' '${JSON.stringify({
    outcome: 'success',
    notes: `noted ${secretOf('status notes')}`,
    context_updates: { [secretOf('status key')]: 1, value: [{ deep: secretOf('status value') }] },
  })}' > "$ORCHESTRA_STATUS_FILE";;
esac
${goodResult(`${'z'.repeat(180)} ${secretOf('agent text beyond 200')}\nverdict: ${secretOf('context line')}`)}
`;

/** A command that tells its secrets in every way it can, and waits in the middle until it is looked at. */
const toolScript = `
printf '%s' 'out ${shell('stdout').slice(0, 9)}'; sleep 0.2; echo '${shell('stdout').slice(9)} ${shaped}'
printf '%s' ${Buffer.from(`user:${secretOf('base64')}`).toString('base64')}; echo
echo ${Buffer.from(secretOf('hex')).toString('hex')} "https://host/?key=${encodeURIComponent(secretOf('url'))}"
echo '${JSON.stringify(JSON.stringify({ key: secretOf('json text') }))}'
touch waiting; while [ ! -e go ]; do sleep 0.05; done
head -c 16370 /dev/zero | tr '\\0' a; printf '%s' '${secretOf('stdout cut')}'; head -c 16370 /dev/zero | tr '\\0' b
i=0; while [ $i -lt 3000 ]; do echo "$i line of a long output with ${secretOf('stdout large')} in it"; i=$((i+1)); done
printf '%s' '${secretOf('stderr tail')}' >&2; head -c 2030 /dev/zero | tr '\\0' c >&2
`;

const pipeline = `digraph ${secretOf('graph name')} {
  graph [goal="reach ${secretOf('goal')}"]
  start [shape=Mdiamond] exit [shape=Msquare]
  ${secretOf('node id')} [prompt="SAY ${secretOf('prompt')}", context_keys="verdict", thread_id="${secretOf('thread')}", fidelity="full"]
  status [label="${secretOf('label')}", prompt="STATUS $goal"]
  literal [shape=parallelogram, tool_command="echo ${secretOf('tool command')}"]
  tool [shape=parallelogram, tool_command="sh ../tool.sh"]
  gate [shape=hexagon, label="Go?"]
  broken [prompt="FAIL now"]
  dying [prompt="DIE now"]
  last [shape=parallelogram, tool_command="echo ${secretOf('exit reason')} >&2; exit 3"]
  start -> ${secretOf('node id')} -> status -> literal -> tool -> gate
  gate -> broken [label="[Y] ${secretOf('answer')}"]
  broken -> dying -> last [condition="outcome=fail"]
  last -> exit
}`;

describe('secrets of the environment, the configuration and known shapes', () => {
  verifies(
    ['durability:redaction:door', 'durability:redaction:everywhere', 'defect:secrets-stored'],
    'stand in nothing that is written or printed, whichever way they come',
    async () => {
      const project = newProject();
      agentProgram(project, agentScript);
      // Beside the folder all work in, which is searched for what the agent was asked.
      project.write('tool.sh', toolScript);
      project.write('work/.keep', '');
      project.write('secret.dot', pipeline);
      project.write('orchestra.yaml', `secrets: [${variableOf('goal')}, OTHER]\n`);
      const options = { env: { ...environment, OTHER: 'configured-secret-value' } };
      const args = ['run', 'secret.dot', '--backend', 'claude-code', '--cwd', 'work', '--json'];
      const inputs = [`plain=${secretOf('input')}`, `${secretOf('input key')}=1`, 'other=a configured-secret-value'];
      const running = project.start([...args, ...inputs], options);
      await until(() => project.has('work/waiting'));
      const atWork = [...written(project), ...processArguments(project)];
      expect(found(atWork)).toEqual([]);
      expect(atWork.filter((text) => text.includes('configured-secret'))).toEqual([]);
      project.write('work/go', '');

      const outputs: Finished[] = [await running.finished];
      expect(outputs[0]?.code).toBe(3);
      for (const command of [
        ['show', 'last'],
        ['show', 'last', '--json'],
        ['status', '--json'],
        ['status'],
        ['answer', 'last', 'Y'],
        ['resume', 'last', '--json'],
        ['resume', 'last'],
        ['show', 'last', '--json'],
        ['show', 'last'],
        ['run', 'secret.dot', secretOf('input')],
        ['answer', 'last', secretOf('input')],
        ['show', secretOf('artifact'), '--json'],
        ['run', `${secretOf('artifact')}.dot`, '--json'],
      ]) {
        outputs.push(await project.run(command, options));
      }
      const resumed = outputs[6]!.result();
      expect(resumed).toMatchObject({ status: 'fail', attempts: { broken: 1, dying: 1, last: 1 } });

      const asked = filesBelow(join(project.folder, 'work')).map((path) => readFileSync(path, 'utf8'));
      expect(asked.some((text) => text.includes('SAY [redacted:PROMPT_TOKEN]'))).toBe(true);
      const all = [...outputs.flatMap(printed), ...written(project), ...journaled(project), ...asked];
      expect(all.length).toBeGreaterThan(100);
      expect(found(all)).toEqual([]);
      // It was there to be found.
      for (const name of [
        'AGENT_TEXT',
        'STDOUT',
        'STATUS_VALUE',
        'TOOL_CALL',
        'INPUT',
        'BASE64',
        'HEX',
        'EXIT_REASON',
      ]) {
        expect(all.some((text) => text.includes(`[redacted:${name}_TOKEN]`))).toBe(true);
      }
    },
  );

  test('in the path of a run directory are refused', async () => {
    const project = newProject();
    project.write('a.dot', 'digraph A { start [shape=Mdiamond] exit [shape=Msquare] start -> exit }');
    const options = { env: { MY_TOKEN: 'planted-secret' } };
    const ran = await project.run(['run', 'a.dot', '--run-dir', 'runs/planted-secret'], options);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('runs/[redacted:MY_TOKEN]') });
    expect(project.has('runs')).toBe(false);
  });

  verifies('durability:redaction:short-secret', 'that are too short are refused by name', async () => {
    const project = newProject();
    project.write('orchestra.yaml', 'secrets: [PIN]\n');
    project.write('a.dot', 'digraph A { start [shape=Mdiamond] exit [shape=Msquare] start -> exit }');
    const ran = await project.run(['run', 'a.dot'], { env: { PIN: '123-456' } });
    expect(ran).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error SECRET_TOO_SHORT: The secret PIN has 7/),
    });
    expect(ran.stderr).not.toContain('123-456');
  });
});

/** Command lines of what the project has started: every user of the machine can read them. */
function processArguments(project: CliProject): readonly string[] {
  return project.leftRunning().map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
}
