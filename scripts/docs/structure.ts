import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { generatedFrom } from './markdown.ts';

/** What imports what, part by part: the keys are in the order of their names. */
type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** Folders whose inside is drawn, too. */
const drawnInside = ['src/language', 'src/engine', 'src/journal'] as const;

/** `docs/structure.md`: the folders of `src/` and the arrows between them, as the imports say. */
export function structurePage(): string {
  const imports = readImports();
  const inside = drawnInside.map((folder) => `## ${folder}/\n\n${picture(arrowsBetween(imports, folder))}`);
  return [
    generatedFrom('the imports in src/'),
    '# Structure',
    'An arrow means *imports*. What can be reached along other arrows has no arrow of its own. Tests are left out. Which arrows',
    'are allowed stands in [ARCHITECTURE.md](../ARCHITECTURE.md), and `npm run deps` enforces it.',
    '',
    '## src/',
    '',
    picture(arrowsBetween(imports, 'src')),
    '',
    ...inside.flatMap((section) => [section, '']),
  ].join('\n');
}

/** The files of `src/` that each file of `src/` imports. */
function readImports(): ReadonlyMap<string, readonly string[]> {
  const files = globSync('src/**/*.ts', { exclude: (path) => path.endsWith('.test.ts') }).toSorted();
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
      const ours = importedFiles.filter(({ fileName }) => fileName.startsWith('.'));
      return [file, ours.map(({ fileName }) => join(dirname(file), fileName))];
    }),
  );
}

/** Arrows between the direct members of a folder; files beside its subfolders are one part. */
function arrowsBetween(imports: ReadonlyMap<string, readonly string[]>, folder: string): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const [file, imported] of imports) {
    const from = partOf(file, folder);
    if (from === undefined) continue;
    const targets = arrows.get(from) ?? new Set();
    arrows.set(from, targets);
    for (const target of imported) {
      const to = partOf(target, folder);
      if (to !== undefined && to !== from) targets.add(to);
    }
  }
  return arrows;
}

function partOf(file: string, folder: string): string | undefined {
  if (!file.startsWith(`${folder}/`)) return undefined;
  const [first = '', ...below] = file.slice(folder.length + 1).split('/');
  if (below.length > 0) return `${first}/`;
  return folder === 'src' ? first : '*.ts';
}

function picture(arrows: Arrows): string {
  const names = [...arrows.keys()].toSorted();
  const id = (name: string): string => `n${names.indexOf(name)}`;
  const reduced = withoutShortcuts(arrows);
  const lines = names.flatMap((from) => [...(reduced.get(from) ?? [])].map((to) => `  ${id(from)} --> ${id(to)}`));
  return ['```mermaid', 'graph TD', ...names.map((name) => `  ${id(name)}["${name}"]`), ...lines, '```'].join('\n');
}

/** Takes away one arrow after the other whose target is still reached without it. */
function withoutShortcuts(arrows: Arrows): Arrows {
  const left = new Map(Array.from(arrows, ([from, targets]) => [from, new Set([...targets].toSorted())]));
  for (const [from, targets] of left) {
    for (const to of [...targets]) {
      targets.delete(to);
      if (!isReached(left, from, to)) targets.add(to);
    }
  }
  return left;
}

function isReached(arrows: Arrows, from: string, to: string): boolean {
  const seen = new Set([from]);
  // Grows while it is walked.
  for (const place of seen) for (const next of arrows.get(place) ?? []) seen.add(next);
  return seen.has(to);
}
