import { diagnosticLines } from '../../src/cli/print/diagnostics.ts';
import { generatedFrom, table } from './markdown.ts';
import { ruleChapters } from './rules/catalogue.ts';
import { compileExample, fileOf } from './rules/compile-example.ts';
import type { RuleEntry } from './rules/rule-entry.ts';

/** docs/reference/rules.md: every rule, what it wants, and what compiling an example of it prints. */
export async function rulesPage(): Promise<string> {
  const chapters = await Promise.all(
    ruleChapters.map(async ({ title, about, entries }) => {
      const sections = await Promise.all([...Map.groupBy(entries, ({ rule }) => rule)].map(ruleSection));
      return `## ${title}\n\n${about}\n\n${overview(entries)}\n\n${sections.join('\n\n')}`;
    }),
  );
  return `${generatedFrom('scripts/docs/rules/')}

# Rules

What \`orchestra compile\`, and every command that runs a pipeline, looks for in it. An error keeps the pipeline from running;
a warning says what will most likely not do what was meant, an info what could be said more clearly. Each finding names its
rule in brackets, in JSON as \`rule\`. The section column names the place in the Attractor text that asks for it;
*extension* marks what is ours.

Every example is compiled when this page is made: below it stands what is printed of the rule, then the same pipeline mended,
of which nothing is printed.

${chapters.join('\n\n')}
`;
}

function overview(entries: readonly RuleEntry[]): string {
  return table(
    ['Rule', 'Severity', 'Section', 'What it wants'],
    entries.map(({ rule, severity, section, meaning }) => [`[\`${rule}\`](#${rule})`, severity, placeOf(section), meaning]),
  );
}

async function ruleSection([rule, entries]: readonly [string, readonly RuleEntry[]]): Promise<string> {
  const examples = await Promise.all(entries.map(exampleText));
  return [`### \`${rule}\``, ...examples].join('\n\n');
}

async function exampleText(entry: RuleEntry): Promise<string> {
  const { rule, severity, section, example, mended, meaning, given } = entry;
  const { diagnostics } = await compileExample(entry);
  const found = diagnostics.filter((diagnostic) => diagnostic.rule === rule && diagnostic.severity === severity);
  const when = given === undefined ? '' : ` Reported ${given.words}.`;
  return [
    `${severity}, ${placeOf(section)}: ${meaning}${when}`.replace(/^./, (letter) => letter.toUpperCase()),
    fenced('dot', fileOf(example)),
    // Without the closing count.
    fenced('text', diagnosticLines(found).slice(0, -1).join('\n')),
    ...(mended === example ? [] : ['Mended:', fenced('dot', fileOf(mended))]),
  ].join('\n\n');
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function placeOf(section: string): string {
  return section === 'extension' ? '*extension*' : section;
}
