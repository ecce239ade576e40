import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment } from './environment.ts';

/** What a real agent printed while it looked, wrote a file and ended. */
const recording = join(import.meta.dirname, '../../src/agents/cli/claude-code/fixtures/edit.jsonl');

const first = JSON.stringify({ type: 'system', subtype: 'init', session_id: 'a', model: 'stub', tools: [] });
const last = JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'done', session_id: 'a' });

/** Tells its version, as every agent is asked before a run, and reads its prompt. */
const opening = `#!/bin/sh
[ "$1" = --version ] && { echo "2.1.329 (stub)"; exit; }
cat >/dev/null
`;

/** Takes some time, as a model would, and prints the recording. */
export function replayingAgent(seconds: number): string {
  return `${opening}sleep ${seconds}\nexec cat '${recording}'\n`;
}

/** Prints so many bytes of events, a thousand characters of text in each. */
export function talkativeAgent(bytes: number): string {
  const line = textLine('x'.repeat(1000));
  const lines = Math.ceil(bytes / (line.length + 1));
  return `${opening}echo '${first}'\nyes '${line}' | head -n ${lines}\necho '${last}'\n`;
}

/** Says so many times, 50 ms apart, what the clock of the machine says as it speaks (CLOCK_MONOTONIC, in nanoseconds). */
export function clockAgent(times: number): string {
  const [before, after] = textLine('NOW').split('NOW');
  const program = `
    let left = ${times};
    console.log(${JSON.stringify(first)});
    const timer = setInterval(() => {
      if (left-- > 0) return process.stdout.write(${JSON.stringify(before)} + process.hrtime.bigint() + ${JSON.stringify(`${after}\n`)});
      clearInterval(timer);
      console.log(${JSON.stringify(last)});
    }, 50);`;
  return `${opening}exec '${process.execPath}' -e '${program}'\n`;
}

/** Stays until a file is there, then prints the recording. */
export function waitingAgent(file: string): string {
  return `${opening}until [ -e '${file}' ]; do sleep 0.2; done\nexec cat '${recording}'\n`;
}

function textLine(text: string): string {
  const message = { id: 'm', type: 'message', role: 'assistant', model: 'stub', content: [{ type: 'text', text }] };
  return JSON.stringify({ type: 'assistant', message, session_id: 'a' });
}

/** Puts a program where an agent is looked for, and gives the environment in which it is found. */
export function installStub(folder: string, script: string): Record<string, string> {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'claude'), script, { mode: 0o755 });
  const env = cleanEnvironment();
  return { ...env, PATH: `${bin}:${env['PATH']}`, HOME: folder };
}
