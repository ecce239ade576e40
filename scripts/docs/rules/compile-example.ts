import { compile, type Compilation, type CompileOptions } from '../../../src/language/compile.ts';
import type { RuleEntry } from './rule-entry.ts';

const path = 'pipeline.dot';

/** The whole file around statements, as it is shown and compiled. */
export function fileOf(statements: string): string {
  const lines = statements.split('\n').slice(1).map((line) => line.slice(4));
  return ['digraph Release {', ...lines, '}'].join('\n');
}

/** What compiling the example of a rule finds. */
export function compileExample({ example, given }: RuleEntry): Promise<Compilation> {
  return compileStatements(example, given?.options);
}

/** What compiling the mended example finds. */
export function compileMended({ mended, given }: RuleEntry): Promise<Compilation> {
  return compileStatements(mended, given?.always ? given.options : undefined);
}

function compileStatements(statements: string, options: Omit<CompileOptions, 'readFile'> = {}): Promise<Compilation> {
  const text = fileOf(statements);
  const files = new Map([
    [path, text],
    ['review.dot', 'digraph Review { review [prompt="Review the release"] start -> review -> exit }'],
  ]);
  const readFile = async (name: string) => {
    const found = files.get(name);
    return found === undefined ? undefined : { path: name, text: found };
  };
  return compile({ path, text }, { ...options, readFile });
}
