import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliProject } from './cli.ts';

/**
 * Puts a program where the agent `claude-code` is looked for: a shell script that can tell its version, and then misbehaves.
 * Under another name, it is one that only a configuration knows.
 */
export function agentProgram(project: CliProject, script: string, name = 'claude'): string {
  const path = join(project.bin, name);
  rmSync(path, { force: true, recursive: true });
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && { echo "2.1.0 (Claude Code)"; exit 0; }\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A shell command that prints one line of the agent's transcript. */
export function prints(line: object): string {
  return `printf '%s\\n' '${JSON.stringify(line).replaceAll("'", `'\\''`)}'`;
}

/** The line by which the agent says that all went well. */
export function goodResult(text: string): string {
  return prints({ type: 'result', subtype: 'success', is_error: false, result: text });
}
