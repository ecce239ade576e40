import { dirname, resolve } from 'node:path';
import { parseScript, type Script } from '../../agents/scripted/script.ts';
import { pipelineTestSchema, type PipelineTest } from '../../contract/config/pipeline-test.ts';
import { parseAnswers } from '../../people/queue.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { readYamlDocument, type YamlDocument } from '../configuration/yaml-document.ts';
import { readTextFile } from '../text-file.ts';

/** A test with everything its file refers to. */
export interface ReadTest {
  readonly test: PipelineTest;
  /** Where its paths are seen from. */
  readonly folder: string;
  /** Text of the script, and what it says. */
  readonly script: { readonly text: string; readonly entries: Script };
  readonly answers: readonly string[] | undefined;
}

/**
 * Reads a test file, its script and its answers.
 * @param shownPath the path as messages name it
 * @throws OrchestraError CONFIG_INVALID with file:line:column of the culprit, FILE_UNREADABLE
 */
export async function readTest(path: string, shownPath: string): Promise<ReadTest> {
  const document = readYamlDocument(shownPath, await readTextFile(path, shownPath), pipelineTestSchema);
  const folder = dirname(path);
  const script = await placed(document, shownPath, 'script', async () => {
    const text = await scriptText(document.value, folder);
    return { text, entries: parseScript(text) };
  });
  const answers = await placed(document, shownPath, 'answers', async () => {
    const { answers: written } = document.value;
    return typeof written === 'string' ? parseAnswers(await readTextFile(resolve(folder, written), written)) : written;
  });
  return { test: document.value, folder, script, answers };
}

async function scriptText({ script = {} }: PipelineTest, folder: string): Promise<string> {
  return typeof script === 'string' ? readTextFile(resolve(folder, script), script) : JSON.stringify(script);
}

/** Reads what a key says, and names the place of the key where that is wrong. */
async function placed<T>(
  document: YamlDocument<PipelineTest>,
  shownPath: string,
  key: keyof PipelineTest,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof OrchestraError)) throw thrown;
    const { line, column } = document.spanOf([key]).start;
    const { code, message, hint, details } = thrown;
    throw new OrchestraError(code, `${shownPath}:${line}:${column}: ${message}`, { hint, details, cause: thrown });
  }
}
