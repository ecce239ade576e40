import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** Where the test sources cite which requirement. */
export interface Citations {
  /** Test files by requirement id, both in alphabetical order of the files. */
  readonly filesById: ReadonlyMap<string, readonly string[]>;
  /** Calls whose ids cannot be read from the source, as `file:line`. */
  readonly unreadable: readonly string[];
}

/** Tests, and the suites that tests run on their drivers. */
const sources = ['{src,test,examples,scripts}/**/*.test.ts', 'test/conformance/*.ts'];

/** Reads every `verifies(...)` call below `root`. */
export function findCitations(root: string): Citations {
  const filesById = new Map<string, Set<string>>();
  const unreadable: string[] = [];
  for (const file of new Set(globSync(sources, { cwd: root }).sort())) {
    const text = readFileSync(`${root}/${file}`, 'utf8');
    if (!text.includes('verifies(')) continue;
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    for (const call of callsOf('verifies', source)) {
      const ids = literalIds(call.arguments[0]);
      if (!ids) unreadable.push(`${file}:${source.getLineAndCharacterOfPosition(call.getStart()).line + 1}`);
      for (const id of ids ?? []) filesById.set(id, (filesById.get(id) ?? new Set()).add(file));
    }
  }
  return { filesById: new Map([...filesById].map(([id, files]) => [id, [...files]])), unreadable };
}

function callsOf(name: string, node: ts.Node): readonly ts.CallExpression[] {
  const own =
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name ? [node] : [];
  const inner: ts.CallExpression[] = [];
  ts.forEachChild(node, (child) => void inner.push(...callsOf(name, child)));
  return [...own, ...inner];
}

function literalIds(argument: ts.Expression | undefined): readonly string[] | undefined {
  if (!argument) return undefined;
  const elements = ts.isArrayLiteralExpression(argument) ? [...argument.elements] : [argument];
  return elements.every((element) => ts.isStringLiteralLike(element))
    ? elements.map((element) => element.text)
    : undefined;
}
