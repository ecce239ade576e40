#!/bin/sh
':' //; exec node --max-semi-space-size=8 "$0" "$@"
// The line above is a command for the shell, and for Node.js a text and a comment. Left to itself, V8 gives short-lived
// objects 100 MB of room; a command that runs beside its agents does with a quarter of it, and is no slower.

// Finds a Node.js that can run Orchestra and hands over to the command line. This file must parse
// and run on Node.js releases far older than the one we need: no top-level await, no newer syntax.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;
const inProject = (path) => fileURLToPath(new URL('../' + path, import.meta.url));

/** The Node.js that the `node` package puts beside a checkout; it is a development dependency. */
const ownNode = inProject('node_modules/node/bin/node');

/** What the shell at the top gives Node.js. */
const flags = ['--max-semi-space-size=8'];

/** Says which process launched this one, so that the two end together. Holds the launcher's process id. */
const launcherVariable = 'ORCHESTRA_LAUNCHER';

if (process.platform === 'win32') {
  refuse('PLATFORM_UNSUPPORTED', 'Orchestra does not run on Windows itself.', 'Run it inside WSL2.');
} else if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  start();
} else if (existsSync(ownNode)) {
  launch(ownNode);
} else {
  refuse(
    'NODE_TOO_OLD',
    'This is Node.js ' + process.versions.node + '; Orchestra needs version ' + neededMajor + ' or newer.',
    'Install Node.js ' + neededMajor + ' or newer.',
  );
}

function start() {
  endWithLauncher();
  if (module.enableCompileCache) module.enableCompileCache();
  const source = '../src/cli/main.ts';
  const built = '../dist/cli/main.js';
  // A checkout runs its sources; the published package carries none.
  const entry = existsSync(inProject('src/cli/main.ts')) ? source : built;
  void import(entry).then((cli) => cli.main(process.argv.slice(2)));
}

/** Runs this same command on another Node.js and ends as it ends. */
function launch(node) {
  const child = spawn(node, flags.concat(process.argv.slice(1)), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: Object.assign({}, process.env, { [launcherVariable]: String(process.pid) }),
  });
  // Keys typed at a terminal reach the whole process group, so the child has them already; a second
  // interrupt would mean "cancel". Signals sent to this process alone are passed on.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => atTerminal || child.kill(signal));
  for (const signal of ['SIGTERM', 'SIGUSR1', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    refuse('NODE_TOO_OLD', node + ' does not start: ' + error.message, 'Install Node.js ' + neededMajor + ' or newer.');
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** A killed launcher takes its child along: nobody would look for the run under another process id. */
function endWithLauncher() {
  const launched = process.env[launcherVariable] === String(process.ppid) && process.channel;
  delete process.env[launcherVariable];
  if (!launched) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

function refuse(code, message, hint) {
  console.error('error ' + code + ': ' + message + '\nhint: ' + hint);
  process.exitCode = 2;
}
