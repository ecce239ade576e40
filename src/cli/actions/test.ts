import { findTests } from '../../app/pipeline-tests/find-tests.ts';
import { runTests, testDocument, type TestResult } from '../../app/pipeline-tests/run-tests.ts';
import type { TestDocument } from '../../contract/command-documents.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { printJson, printLine, type CliContext } from '../context.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { testLines, testsLine } from '../print/tests.ts';

export interface TestFlags {
  readonly json?: boolean;
  readonly filter?: string;
  readonly update?: boolean;
}

export async function testPipelines(this: CliContext, flags: TestFlags, ...words: string[]): Promise<void> {
  await guarded(this, flags.json, async () => {
    const { cwd, env } = this;
    const { filter, update } = flags;
    const files = await findTests(cwd, words.length === 0 ? ['.'] : words);
    const tests: TestResult[] = [];
    for (const running of runTests({ cwd, env, files, filter, update, exitCodeOf })) {
      const result = await running;
      if (!result) continue;
      tests.push(result);
      if (!flags.json) for (const line of testLines(result)) printLine(this, line);
    }
    if (tests.length === 0) throw nothingToTest(words, filter);
    const document = testDocument(tests);
    if (flags.json) printJson<TestDocument>(this, document);
    else printLine(this, testsLine(document));
    if (document.broken > 0) return exitCodes.usage;
    return document.ok ? exitCodes.success : exitCodes.failed;
  });
}

function nothingToTest(words: readonly string[], filter: string | undefined): OrchestraError {
  const where = words.length === 0 ? 'here' : `in ${words.join(', ')}`;
  const which = filter === undefined ? 'no test' : `no test with "${filter}" in its file or name`;
  return new OrchestraError('USAGE', `there is ${which} ${where}`, {
    hint: 'A test is a file whose name ends with `.test.yaml`: see docs/guides/testing-a-pipeline.md.',
  });
}
