import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { TestDocument } from '../../contract/command-documents.ts';
import { inParallel } from '../../shared/in-parallel.ts';
import { catalogue } from '../../shared/error-catalogue.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { failuresOf, type Failure, type Tested } from './expectations.ts';
import { readTest, type ReadTest } from './read-test.ts';
import { runTest, type TestEnvironment, type TestRun } from './run-test.ts';
import { isUpdatable, updateTest } from './update-test.ts';

export type TestResult = TestDocument['tests'][number];

export interface TestsRequest extends TestEnvironment {
  readonly cwd: string;
  /** As the user would write them. */
  readonly files: readonly string[];
  /** Only tests whose file or name contains it. */
  readonly filter?: string | undefined;
  /** Writes what came in the place of what was expected, where it can be. */
  readonly update?: boolean | undefined;
}

/** A test file is no orchestra.yaml. */
const correctIt = 'Correct the named place: docs/guides/testing-a-pipeline.md has every key of a test.';

/** Tests do little but wait for commits of their own journals. */
const mostAtOnce = 4;

/** Runs tests, several at a time; the results in the order of the files, each as soon as it is there. Filtered ones are undefined. */
export function runTests(request: TestsRequest): readonly Promise<TestResult | undefined>[] {
  const limit = Math.min(mostAtOnce, availableParallelism());
  return inParallel(request.files, limit, (file) => oneTest(file, request));
}

/** A file that cannot be read, or names what is not there, is told of and holds up no other. */
async function oneTest(file: string, request: TestsRequest): Promise<TestResult | undefined> {
  const startedAt = performance.now();
  const took = (): number => Math.round(performance.now() - startedAt);
  let name = file;
  const isMeant = (): boolean => [file, name].some((text) => text.includes(request.filter ?? ''));
  try {
    const read = await readTest(resolve(request.cwd, file), file);
    name = read.test.name ?? file;
    if (!isMeant()) return undefined;
    const told = await runTest(read, request, (run) => judge(file, read, request, run));
    return { file, name, ...told, durationMs: took() };
  } catch (thrown) {
    if (!(thrown instanceof OrchestraError)) throw thrown;
    if (!isMeant()) return undefined;
    const { code, message } = thrown;
    const hint = thrown.hint === catalogue.CONFIG_INVALID.hint ? correctIt : thrown.hint;
    return { file, name, outcome: 'broken', failures: [], error: { code, message, hint }, durationMs: took() };
  }
}

async function judge(
  file: string,
  { test }: ReadTest,
  { cwd, update = false }: TestsRequest,
  { tested, problems }: TestRun,
): Promise<Omit<TestResult, 'file' | 'name' | 'durationMs'>> {
  const unmet = await failuresOf(test.expect, tested);
  const written = update ? unmet.filter(isUpdatable) : [];
  if (written.length > 0) await updateTest(resolve(cwd, file), written);
  const failures = [...problems, ...unmet.filter((failure) => !written.includes(failure))];
  const outcome = failures.length > 0 ? 'failed' : written.length > 0 ? 'updated' : 'passed';
  return { outcome, failures: failures.map(documented), run: summaryOf(tested) };
}

function documented({ path, expected, actual, message }: Failure): TestResult['failures'][number] {
  return { expectation: path.join('.'), expected, actual, ...(message !== undefined && { message }) };
}

function summaryOf({ status, exitCode, run }: Tested): NonNullable<TestResult['run']> {
  return { status, exitCode, visited: [...(run?.view.visited ?? [])], context: { ...run?.view.context } };
}

/** What all tests came to. */
export function testDocument(tests: readonly TestResult[]): TestDocument {
  const count = (wanted: TestResult['outcome']): number => tests.filter(({ outcome }) => outcome === wanted).length;
  const counts = {
    passed: count('passed'),
    failed: count('failed'),
    updated: count('updated'),
    broken: count('broken'),
  };
  return { ok: counts.failed === 0 && counts.broken === 0, ...counts, tests: [...tests] };
}
