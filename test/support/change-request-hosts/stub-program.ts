import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface StubProgram {
  /** To be put on the PATH. */
  readonly folder: string;
  /** The arguments of every call so far. */
  calls(): readonly (readonly string[])[];
  signOut(): void;
}

export interface StubOptions {
  readonly name: 'gh' | 'glab';
  /** Root of the API it sends requests to, whatever the host is said to be. */
  readonly api: string;
  /** What it sends to sign in. */
  readonly authorization: string;
}

/**
 * Stands for `gh` or `glab`: writes down how it is called, sends what it is asked to send, and prints answers as the real
 * ones do, whose `api` command comes from one source: status line and headers with `--include`, the body, and for a
 * status above 299 a line on standard error and exit code 1. A failure whose `message` is no text, as GitLab's often are,
 * they cannot read: then the body is missing.
 */
export function stubProgram({ name, api, authorization }: StubOptions): StubProgram {
  const folder = mkdtempSync(join(tmpdir(), `stub-${name}-`));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const record = join(folder, 'calls.jsonl');
  const signedOut = join(folder, 'signed-out');
  const facts = { name, api, authorization, record, signedOut };
  writeFileSync(join(folder, name), `#!${process.execPath}\nconst stub = ${JSON.stringify(facts)};\n${script}`);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  chmodSync(join(folder, name), 0o755);
  return {
    folder,
    calls: () =>
      existsSync(record)
        ? readFileSync(record, 'utf8')
            .trim()
            .split('\n')
            // Written by the stub as lists of texts.
            .map((line) => JSON.parse(line) as readonly string[])
        : [],
    signOut: () => writeFileSync(signedOut, ''),
  };
}

const script = `
import { appendFileSync, existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

const args = process.argv.slice(2);
appendFileSync(stub.record, JSON.stringify(args) + '\\n');
if (existsSync(stub.signedOut)) {
  console.error('To get started, please run: ' + stub.name + ' auth login');
  process.exit(args[0] === 'auth' ? 1 : 4);
}
if (args[0] === 'auth') process.exit(0);
const flag = { type: 'string' };
const options = { hostname: flag, method: flag, header: { ...flag, multiple: true }, input: flag, include: { type: 'boolean' } };
const { values, positionals } = parseArgs({ args: args.slice(1), options, allowPositionals: true });
const body = values.input === '-' ? await text(process.stdin) : undefined;
let response;
try {
  response = await fetch(stub.api + '/' + positionals[0], {
    method: values.method,
    headers: { authorization: stub.authorization, 'user-agent': stub.name, 'content-type': 'application/json' },
    body,
  });
} catch (error) {
  console.error('error connecting to ' + values.hostname);
  process.exit(1);
}
if (values.include) {
  process.stdout.write('HTTP/1.1 ' + response.status + ' ' + response.statusText + '\\n');
  for (const [field, value] of response.headers) process.stdout.write(field + ': ' + value + '\\r\\n');
  process.stdout.write('\\r\\n');
}
const answer = await response.text();
const message = response.status >= 400 ? JSON.parse(answer || '{}').message : '';
if (typeof message !== 'string' && message !== undefined) {
  console.error('json: cannot unmarshal into Go struct field .Message of type string');
  process.exit(1);
}
process.stdout.write(answer);
if (response.status > 299) {
  console.error(stub.name + ': HTTP ' + response.status);
  process.exitCode = 1;
}
`;
