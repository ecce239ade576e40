import { oneLine, shortened, unreadable } from '../line-of-text.ts';
import type { ChangedFile } from '../git/changes.ts';
import { subjectLimit } from './subject-limit.ts';

/** Who changed what. */
export interface ChangeFacts {
  readonly node: string;
  readonly agent?: string;
  readonly model?: string;
  readonly files: readonly ChangedFile[];
  /** The turn of the agent; absent for what a whole node left. */
  readonly turn?: number;
}

/** Names of files that a message lists. */
const mostListed = 50;

/**
 * A commit message that follows from the change alone: what was done to which files, in the form of Conventional Commits
 * where the files tell the type (documentation, tests, build), then who did it and the list of files.
 */
export function plainMessage(facts: ChangeFacts): string {
  return `${subjectOf(facts.files)}\n\n${authorLine(facts)}\n${fileList(facts.files)}`;
}

function subjectOf(files: readonly ChangedFile[]): string {
  const type = typeOf(files);
  const opening = `${type === undefined ? '' : `${type}: `}${verbOf(files)} `;
  const named = type === undefined ? opening.charAt(0).toUpperCase() + opening.slice(1) : opening;
  return named + namesOf(files, subjectLimit - 1 - named.length);
}

const types: readonly (readonly [type: string, pattern: RegExp])[] = [
  ['test', /(?:^|\/)(?:tests?|spec|__tests__)\/|[._-](?:test|spec)\.[^/]+$|(?:^|\/)test_[^/]+\.py$/i],
  ['ci', /^(?:\.github\/workflows|\.forgejo|\.gitea|\.circleci|\.ci)\/|^\.gitlab-ci\.yml$|(?:^|\/)Jenkinsfile$/],
  [
    'build',
    /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.(?:toml|lock)|go\.(?:mod|sum)|pyproject\.toml|requirements[^/]*\.txt|Gemfile(?:\.lock)?|Makefile|Dockerfile)$/,
  ],
  ['docs', /^docs?\/|\.(?:md|mdx|rst|adoc)$|(?:^|\/)(?:LICENSE|LICENCE|README)$/i],
];

/** Whether code brings something new or repairs something, no file tells. */
function typeOf(files: readonly ChangedFile[]): string | undefined {
  return files.length === 0
    ? undefined
    : types.find(([, pattern]) => files.every(({ path }) => pattern.test(path)))?.[0];
}

const verbs: Readonly<Record<ChangedFile['change'], string>> = {
  created: 'add',
  modified: 'change',
  deleted: 'remove',
};

function verbOf(files: readonly ChangedFile[]): string {
  const [first] = files;
  return first && files.every(({ change }) => change === first.change) ? verbs[first.change] : 'change';
}

function namesOf(files: readonly ChangedFile[], longest: number): string {
  const [first] = files;
  if (!first) return 'nothing';
  const folder = commonFolder(files);
  const name = shown(first.path.split('/').at(-1) ?? '');
  const forms =
    files.length === 1
      ? [shown(first.path), name]
      : [...(folder === '' ? [] : [`${files.length} files in ${shown(folder)}`]), `${files.length} files`];
  return forms.find((form) => [...form].length <= longest) ?? shortened(name, longest);
}

function commonFolder(files: readonly ChangedFile[]): string {
  const folders = files.map(({ path }) => path.split('/').slice(0, -1));
  const [first = []] = folders;
  const differs = first.findIndex((name, depth) => folders.some((folder) => folder[depth] !== name));
  return first.slice(0, differs === -1 ? first.length : differs).join('/');
}

function authorLine({ node, agent, model, turn }: ChangeFacts): string {
  const moment = turn === undefined ? `Left by ${oneLine(node)}` : `Turn ${turn} of ${oneLine(node)}`;
  const who = agent === undefined ? '' : `, by ${oneLine(agent)}${model === undefined ? '' : ` (${oneLine(model)})`}`;
  return `${moment}${who}.\n`;
}

function fileList(files: readonly ChangedFile[]): string {
  const lines = files.slice(0, mostListed).map(({ path, change }) => `- ${verbs[change]} ${shown(path)}\n`);
  const more = files.length - lines.length;
  return `${lines.join('')}${more > 0 ? `- and ${more} more\n` : ''}`;
}

/** Names of files may hold anything but a NUL: those that would break a line, or turn it around, are quoted. */
function shown(path: string): string {
  const text = path.toWellFormed();
  if (!unreadable.test(text) && text === text.trim()) return text;
  return JSON.stringify(text).replace(unreadableAll, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}

const unreadableAll = new RegExp(unreadable, 'gu');
