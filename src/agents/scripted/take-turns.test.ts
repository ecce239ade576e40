import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stepCall, stepServices, type RecordedServices } from '../../../test/support/step-fixture.ts';
import { verifies } from '../../../test/support/verifies.ts';
import type { StepEvent } from '../../contract/event.ts';
import type { NodeResult } from '../../engine/ports/step.ts';
import { parseScript } from './script.ts';
import { createScriptedHandler } from './scripted-handler.ts';

function newFolder(): string {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'scripted-')));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const folder = join(base, 'work');
  mkdirSync(folder);
  return folder;
}

interface Run {
  readonly result: NodeResult;
  readonly events: readonly StepEvent[];
}

async function run(entry: unknown, services: RecordedServices): Promise<Run> {
  const script = parseScript(JSON.stringify({ work: [entry] }));
  const result = await createScriptedHandler(script).execute(stepCall(), services);
  return { result, events: services.events };
}

const types = ({ events }: Run) => events.map(({ type }) => type);
const turns = ({ events }: Run) => events.filter((event) => event.type === 'AgentTurnCompleted');

describe('a scripted agent with turns', () => {
  verifies('machine:script:turns', 'works in the folder of its step, and tells of it as an agent does', async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'old.txt'), 'old');
    writeFileSync(join(cwd, 'log'), 'one\n');
    const entry = {
      turns: [
        { text: 'I write', files: { 'src/a.ts': 'a', 'old.txt': null }, append: { log: 'two\n' } },
        { text: 'I look again', files: { 'src/a.ts': 'b', 'gone.txt': null } },
      ],
      text: 'Done',
    };
    const ran = await run(entry, stepServices({ cwd }));
    expect(ran.result.outcome).toMatchObject({ status: 'success', contextUpdates: { last_response: 'Done' } });
    expect(readFileSync(join(cwd, 'src/a.ts'), 'utf8')).toBe('b');
    expect(readFileSync(join(cwd, 'log'), 'utf8')).toBe('one\ntwo\n');
    expect(existsSync(join(cwd, 'old.txt'))).toBe(false);
    expect(ran.events.slice(0, 4)).toEqual([
      { type: 'AgentText', text: 'I write' },
      { type: 'AgentToolCall', id: '1.1', tool: 'write-file', input: { path: 'src/a.ts', content: 'a' } },
      { type: 'AgentFileChange', path: join('src', 'a.ts'), change: 'created' },
      { type: 'AgentToolResult', id: '1.1', isError: false, output: 'src/a.ts created' },
    ]);
    expect(turns(ran)).toEqual([
      { type: 'AgentTurnCompleted', turn: 1, toolCalls: 3 },
      { type: 'AgentTurnCompleted', turn: 2, toolCalls: 2 },
      { type: 'AgentTurnCompleted', turn: 3, toolCalls: 0 },
    ]);
    expect(types(ran).at(-1)).toBe('AgentTurnCompleted');
  });

  test('answers with the last thing it said where the script gives no answer', async () => {
    const ran = await run({ turns: [{ text: 'one' }, { text: 'two' }] }, stepServices({ cwd: newFolder() }));
    expect(ran.result.outcome.contextUpdates).toMatchObject({ last_response: 'two' });
    expect(turns(ran)).toHaveLength(2);
  });

  verifies('machine:script:turns-confined', 'fails before it writes through a link that leads out', async () => {
    const cwd = newFolder();
    symlinkSync('..', join(cwd, 'up'));
    const script = parseScript('{"work":[{"turns":[{"files":{"up/x.txt":"x"}}]}]}');
    const services = stepServices({ cwd });
    await expect(createScriptedHandler(script).execute(stepCall(), services)).rejects.toThrow(
      'up/x.txt leads out of the working folder.',
    );
    expect(existsSync(join(cwd, '../x.txt'))).toBe(false);
    const git = parseScript('{"work":[{"turns":[{"files":{".git/hooks/pre-commit":null}}]}]}');
    await expect(createScriptedHandler(git).execute(stepCall(), services)).rejects.toThrow('nobody but its owner');
    expect(services.events.at(-1)).toMatchObject({ type: 'AgentToolResult', isError: true });
  });
});

verifies(
  'machine:script:turns-once',
  'a step that is started again, wherever it was cut off, leaves the same files and tells each turn once',
  async () => {
    const entry = {
      turns: [
        { text: 'first', files: { a: '1' }, append: { log: 'one\n' } },
        { text: 'second', files: { a: null }, append: { log: 'two\n' } },
      ],
      text: 'Done',
    };
    const calm = await run(entry, stepServices({ cwd: newFolder() }));
    for (let durable = 0; durable < calm.events.length; durable += 1) {
      const cwd = newFolder();
      const left: StepEvent[] = [];
      const dying = stepServices({
        cwd,
        // The process dies when it wants to tell one more; what it did before is done.
        emit: async (event) => {
          if (left.length === durable) throw new Error('killed');
          left.push(event);
        },
      });
      await expect(run(entry, dying)).rejects.toThrow('killed');
      const again = await run(entry, stepServices({ cwd, epoch: 2, left }));
      expect(readFileSync(join(cwd, 'log'), 'utf8')).toBe('one\ntwo\n');
      expect(existsSync(join(cwd, 'a'))).toBe(false);
      const numbers = [...left, ...again.events].flatMap((event) =>
        event.type === 'AgentTurnCompleted' ? [event.turn] : [],
      );
      expect(numbers).toEqual([1, 2, 3]);
    }
  },
);
