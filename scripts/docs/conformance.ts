import { chapters, requirements } from '../../test/requirements.ts';
import { checklist } from '../../test/requirements/checklist.ts';
import type { Clauses } from '../../test/requirements/clauses.ts';
import { contestedPoints } from '../../test/requirements/contested.ts';
import { findCitations, type Citations } from '../../test/support/citations.ts';
import { generatedFrom, table } from './markdown.ts';

type Files = Citations['filesById'];

/** docs/conformance.md: what we claim, what proves it, and what we chose where the text is open. */
export function conformancePage(): string {
  const { filesById } = findCitations('.');
  return `${generatedFrom('test/requirements/ and the `verifies` calls of the tests')}

# Conformance

Orchestra follows the current [Attractor specification](https://github.com/strongdm/attractor). Every clause
we claim has an id in \`test/requirements/\`; tests cite the ids, and a coverage test fails when either side
lacks the other. ${tally(filesById)}

${checklistPart(filesById)}

${contestedPart()}

# Clauses by section

${chapters.map(({ title, clauses }) => chapterPart(title, clauses, filesById)).join('\n\n')}
`;
}

function tally(files: Files): string {
  const all = [...requirements];
  const gaps = all.filter(([, { gap }]) => gap !== undefined).length;
  const verified = all.filter(([id]) => files.has(id)).length;
  const open = all.length - gaps - verified;
  return `Of ${all.length} clauses ${verified} are verified by a test, ${open} wait for one, ${gaps} are known gaps.`;
}

function checklistPart(files: Files): string {
  const sections = Object.entries(checklist).map(([section, boxes]) => {
    const rows = boxes.map(({ behaviour, clauses }, index) => {
      const proofs = unique(clauses.flatMap((id) => files.get(id) ?? []));
      const checked = clauses.every((id) => files.has(id));
      return [`${section}.${index + 1}`, checked ? 'yes' : stateOf(clauses), behaviour, ids(clauses), links(proofs)];
    });
    return `### ${section}\n\n${table(['Box', 'Checked', 'Requirement', 'Clauses', 'Tests'], rows)}`;
  });
  return `# Definition of done

The checkboxes of 11.1 to 11.11 in order. A box is checked when every one of its clauses has a test. The
rows of 11.12 and the smoke test of 11.13 are clauses of their own, further down.

${sections.join('\n\n')}`;
}

function stateOf(clauses: readonly string[]): string {
  return clauses.some((id) => requirements.get(id)?.gap !== undefined) ? 'gap' : 'pending';
}

function contestedPart(): string {
  const points = contestedPoints.map(({ sections, question, choice, clauses }) => {
    return `**${sections.join(', ')}.** ${question}\n\n> ${choice} (${ids(clauses)})`;
  });
  return `# Contested points

Where the text contradicts itself or is silent we fail closed. Each point: what is open, and our choice.

${points.join('\n\n')}`;
}

function chapterPart(title: string, chapter: Clauses, files: Files): string {
  const sections = Object.entries(chapter).map(([section, clauses]) => {
    const rows = Object.keys(clauses).map((id) => {
      const requirement = requirements.get(id);
      const proof = requirement?.gap === undefined ? links(files.get(id) ?? []) || 'pending' : `gap: ${requirement.gap}`;
      return [`\`${id}\``, requirement?.behaviour ?? '', proof];
    });
    return `### ${section}\n\n${table(['Id', 'Behaviour', 'Tests'], rows)}`;
  });
  return `## ${title}\n\n${sections.join('\n\n')}`;
}

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)].sort();

const ids = (clauses: readonly string[]): string => clauses.map((id) => `\`${id}\``).join(', ');

/** Links as seen from docs/. */
const links = (files: readonly string[]): string => files.map((file) => `[${file}](../${file})`).join(', ');
