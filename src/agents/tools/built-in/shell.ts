import { z } from 'zod';
import { runShell } from '../shell/run-shell.ts';
import { zodTool } from '../zod-tool.ts';

const defaultSeconds = 120;
const mostSeconds = 3_600;

export const shellTool = zodTool({
  name: 'shell',
  description:
    'Run a command with /bin/sh in the working folder and see what it prints. It gets no input, and everything it starts is ' +
    'ended with it: nothing goes on in the background. Use the tools for files to read and change files.',
  input: z.strictObject({
    command: z.string().min(1).describe('The command, in shell syntax.'),
    timeout_seconds: z
      .int()
      .min(1)
      .max(mostSeconds)
      .optional()
      .describe(`When the command is ended. Default: ${defaultSeconds}.`),
  }),
  access: 'execute',
  run: ({ command, timeout_seconds: seconds = defaultSeconds }, services) =>
    runShell(services, { command, shownAs: command, timeoutMs: seconds * 1_000 }),
});
