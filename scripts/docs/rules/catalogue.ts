import { compilingEntries, readerEntries } from './compiling.ts';
import { ownEntries } from './own.ts';
import type { RuleEntry } from './rule-entry.ts';
import { specificationEntries } from './specification.ts';

interface RuleChapter {
  readonly title: string;
  /** What its rules have in common. */
  readonly about: string;
  readonly entries: readonly RuleEntry[];
}

/** Every rule, in the chapters of docs/reference/rules.md. */
export const ruleChapters: readonly RuleChapter[] = [
  {
    title: 'Rules of the specification',
    about: 'The thirteen of section 7.2, with its names and severities.',
    entries: specificationEntries,
  },
  { title: 'Rules of ours', about: 'Beyond section 7.2: never errors.', entries: ownEntries },
  {
    title: 'Reading the text',
    about: `Where a text cannot be read, no other rule is asked. \`dot_syntax\` has a message of its own for each mistake; those
that \`--lenient\` reads, and what is written then, stand under [habits of Graphviz](dot.md#habits-of-graphviz).`,
    entries: readerEntries,
  },
  {
    title: 'Compiling',
    about: 'Of child pipelines, and of what the command line or the library adds.',
    entries: compilingEntries,
  },
];
