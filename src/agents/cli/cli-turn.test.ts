import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stepCall, stepServices, type RecordedServices } from '../../../test/support/step-fixture.ts';
import type { StepEvent } from '../../contract/event.ts';
import type { AgentEvent, OpenSession } from '../../engine/ports/agent.ts';
import { processTable } from '../../shared/process/process-table.ts';
import { runCliTurn, type CliEnding, type CliTurn, type TranscriptReader } from './cli-turn.ts';

let folder: string;
/** Processes are told apart by run and operation: no other run on this machine may have the same. */
let runId: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-turn-'));
  runId = randomUUID();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Each line is a text; the line `end` ends the turn. */
class EchoReader implements TranscriptReader {
  concluded = false;
  ending: CliEnding | undefined;

  read(line: string): readonly StepEvent[] {
    this.concluded = line === 'end';
    return [{ type: 'AgentText', text: line }];
  }

  conclude(ending: CliEnding): readonly AgentEvent[] {
    this.ending = ending;
    return [
      { type: 'AgentUsage', inputTokens: 1, outputTokens: 1 },
      { type: 'result', ok: true, text: 'done' },
    ];
  }
}

function turnOf(script: string, reader: TranscriptReader, stdin?: string): CliTurn {
  const env = { PATH: '/usr/bin:/bin' };
  return { executable: '/bin/sh', args: ['-c', script], env, reader, ...(stdin !== undefined && { stdin }) };
}

function requestWith(services: RecordedServices): OpenSession {
  return { sessionId: 's', cwd: folder, env: {}, call: stepCall(), services };
}

async function run(
  turn: CliTurn,
  services = stepServices({ runId }),
  signal = services.signal,
): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const event of runCliTurn(turn, requestWith(services), signal)) events.push(event);
  return events;
}

const pidOf = (services: RecordedServices): number => {
  const started = services.events.find((event) => event.type === 'ProcessStarted');
  if (!started) throw new Error('no process was started');
  return started.pid;
};
const isRunning = (pid: number): boolean => processTable().some((row) => row.pid === pid || row.group === pid);

describe('a turn on the command line', () => {
  test('gives the prompt on standard input and yields events, usage and result', async () => {
    const reader = new EchoReader();
    const services = stepServices({ runId });
    const events = await run(turnOf('cat; echo problem >&2; exit 4', reader, 'one\ntwo\n'), services);
    expect(events.map((event) => event.type)).toEqual(['AgentText', 'AgentText', 'AgentUsage', 'result']);
    expect(reader.ending).toEqual({ exitCode: 4, signal: null, dismissed: false, errors: 'problem' });
    expect(services.events.map((event) => event.type)).toEqual(['ProcessStarted', 'ProcessExited']);
  });

  test('reports what was spent before an abort, then throws its reason', async () => {
    const controller = new AbortController();
    const services = stepServices({ runId, signal: controller.signal });
    const seen: string[] = [];
    const turn = async (): Promise<void> => {
      const request = requestWith(services);
      for await (const event of runCliTurn(turnOf('echo up; sleep 60', new EchoReader()), request, controller.signal)) {
        seen.push(event.type);
        controller.abort(new Error('cancelled'));
      }
    };
    await expect(turn()).rejects.toThrow('cancelled');
    expect(seen).toEqual(['AgentText', 'AgentUsage']);
    expect(isRunning(pidOf(services))).toBe(false);
  });

  test('ends the agent when nobody reads on', async () => {
    const services = stepServices({ runId });
    for await (const _event of runCliTurn(
      turnOf('echo up; sleep 60', new EchoReader()),
      requestWith(services),
      services.signal,
    ))
      break;
    expect(isRunning(pidOf(services))).toBe(false);
  });

  test('ends an agent that floods one line, and says why', async () => {
    const reader = new EchoReader();
    const services = stepServices({ runId });
    await run(turnOf('cat /dev/zero', reader), services);
    expect(reader.ending).toMatchObject({ problem: expect.stringContaining('exceeds') });
    expect(isRunning(pidOf(services))).toBe(false);
  });

  test('does not wait for an agent that stays after its turn', { timeout: 30_000 }, async () => {
    const reader = new EchoReader();
    await run(turnOf('echo end; sleep 60', reader));
    expect(reader.ending).toMatchObject({ dismissed: true });
  });

  test('ends what an earlier start of the operation left running', async () => {
    const first = stepServices({ runId });
    const events = runCliTurn(turnOf('echo up; sleep 60', new EchoReader()), requestWith(first), first.signal);
    await events.next();
    const second = stepServices({ runId, left: first.events });
    await run(turnOf('echo end', new EchoReader()), second);
    expect(isRunning(pidOf(first))).toBe(false);
    await events.return(undefined);
  });
});
