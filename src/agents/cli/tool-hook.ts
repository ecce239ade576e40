import { spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { judgeHook, type HookKind } from './tool-hooks.ts';

// Run by an agent's own hook mechanism around each tool call, see tool-hooks.ts. Argument: pre or post.
const kind: HookKind = process.argv[2] === 'post' ? 'post' : 'pre';
const verdict = judgeHook(kind, process.env, await text(process.stdin), (command, options) =>
  spawnSync('/bin/sh', ['-c', command], { ...options, encoding: 'utf8' }),
);
process.stderr.write(verdict.message);
process.exitCode = verdict.exitCode;
