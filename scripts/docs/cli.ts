import { generateHelpTextForAllCommands, type Application, type CommandContext } from '@stricli/core';
import { buildCli } from '../../src/cli/app.ts';
import { generatedFrom, table } from './markdown.ts';

/** What ends a command, beside the code of an error (docs/reference/errors.md). */
const exitCodes: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'Success. For commands that only look, whatever state the run is in.'],
  ['1', 'The work failed, or the pipeline has errors.'],
  ['2', 'Usage, configuration, or a missing tool: nothing was done.'],
  ['3', 'The run waits for a person, or was paused. `orchestra resume` goes on with it.'],
  ['130', 'The run was cancelled.'],
];

/** docs/reference/cli.md: the help of every command, as the command itself prints it. */
export function cliPage(): string {
  const cli = buildCli();
  const briefs = new Map(briefsOf(cli));
  // Help is made without a context: which one commands take plays no part.
  const commands = generateHelpTextForAllCommands(cli as unknown as Application<CommandContext>).map(([route, help]) => ({ route, help: help.trimEnd() }));
  return `${generatedFrom('the command tree in src/cli/')}

# Commands

${table(['Command', 'What it does'], commands.map(({ route }) => [`[\`${route}\`](#${anchor(route)})`, briefs.get(route) ?? '']))}

Results are written to stdout, everything beside them (progress, notices, errors) to stderr. With \`--json\` a command
prints one document, or one line for each event where it tells of events; their shapes stand in
[machine-interface.schema.json](machine-interface.schema.json), the events in [events.md](events.md). An error is a document
of its own with \`type: error\`, its code and the next step; all codes stand in [errors.md](errors.md). A run is named by its id, by
an unambiguous beginning of it, or as \`last\`.

${table(['Exit code', 'Meaning'], exitCodes)}

While a run goes on, Ctrl-C starts nothing new, tells what is awaited, and interrupts that after 10 s; the run can be resumed. A
second Ctrl-C cancels the run. SIGTERM does what the first Ctrl-C does.

${commands.map(({ route, help }) => `## ${route}\n\n\`\`\`text\n${help}\n\`\`\``).join('\n\n')}
`;
}

function anchor(route: string): string {
  return route.replaceAll(' ', '-');
}

/** What the list of commands says of each, and of those below one. */
function briefsOf({ root }: ReturnType<typeof buildCli>): readonly (readonly [route: string, brief: string])[] {
  const below = (target: typeof root, route: string): readonly (readonly [string, string])[] =>
    'getAllEntries' in target
      ? target.getAllEntries().flatMap(({ name, target: entry }) => below(entry, `${route} ${name.original}`))
      : [[route, target.brief]];
  return below(root, 'orchestra');
}
