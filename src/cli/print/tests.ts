import type { TestDocument } from '../../contract/command-documents.ts';
import { formatDuration } from '../../shared/duration.ts';
import type { Json } from '../../shared/json.ts';
import { clip } from './clip.ts';
import { plural } from './diagnostics.ts';

type TestResult = TestDocument['tests'][number];

const words: Readonly<Record<TestResult['outcome'], string>> = {
  passed: 'pass   ',
  failed: 'FAIL   ',
  updated: 'update ',
  broken: 'BROKEN ',
};

/** A test on a line, with everything that does not hold below it. */
export function testLines({ file, name, outcome, durationMs, failures, error }: TestResult): readonly string[] {
  const title = name === file ? file : `${file}  ${name}`;
  return [
    `${words[outcome]} ${title}  ${formatDuration(durationMs)}`,
    ...failures.flatMap(failureLines).map((line) => `    ${line}`),
    ...(error ? [...error.message.split('\n'), error.hint].map((line) => `    ${line}`) : []),
  ];
}

/** The sum of all of them. */
export function testsLine({ tests, passed, failed, updated, broken }: TestDocument): string {
  const parts: readonly (readonly [number, string])[] = [
    [passed, 'passed'],
    [failed, 'failed'],
    [updated, 'updated'],
    [broken, 'broken'],
  ];
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `${plural(tests.length, 'test')}: ${told.join(', ')}`;
}

function failureLines({ expectation, expected, actual, message }: TestResult['failures'][number]): readonly string[] {
  // A difference in lines says both sides.
  if (message?.includes('\n')) return [`${expectation}:`, ...message.split('\n').map((line) => `  ${line}`)];
  return [
    `${expectation}${message === undefined ? '' : `: ${message}`}`,
    ...sideLines('expected  ', expected),
    ...(actual === null ? [] : sideLines('actual    ', actual)),
  ];
}

/** Lines of a text that are shown. */
const mostLines = 20;

function sideLines(title: string, value: Json): readonly string[] {
  const lines = shown(value).trimEnd().split('\n').slice(0, mostLines);
  return lines.map((line, index) => `  ${index === 0 ? title : ' '.repeat(title.length)}${line}`);
}

/** Lists of nodes without the noise of JSON. */
function shown(value: Json): string {
  const isPlainList = Array.isArray(value) && value.every((item) => typeof item === 'string' && /^[\w.-]+$/.test(item));
  return isPlainList ? value.join(' ') : clip(typeof value === 'string' ? value : JSON.stringify(value), 1_000);
}
