import { expect } from 'vitest';
import { dryRunPipeline } from '../src/app/dry-run.ts';
import { fromBundle } from '../src/language/bundle/from-bundle.ts';
import { compile } from '../src/language/compile.ts';
import { printDot } from '../src/language/dot/print-dot.ts';
import { readDot } from '../src/language/dot/read-dot.ts';
import { graphvizSource } from '../src/language/picture/graphviz-source.ts';
import { terminalPicture } from '../src/language/picture/terminal-picture.ts';
import { parseStatusFile } from '../src/engine/handlers/status-file.ts';
import { parseScript } from '../src/agents/scripted/script.ts';
import { canonicalJson } from '../src/shared/json.ts';
import { sized } from './support/size.ts';
import { verifies } from './support/verifies.ts';

const size = 50_000;
const ids = Array.from({ length: size }, (_, index) => `n${index}`);
const ends = 'node [label=step] start [shape=Mdiamond] exit [shape=Msquare]';

const shapes: Readonly<Record<string, string>> = {
  row: `start -> ${ids.join(' -> ')} -> exit`,
  loop: `start -> ${ids.join(' -> ')} -> n0 -> exit`,
  star: ids.map((id) => `start -> ${id} -> exit`).join('\n'),
};

for (const [shape, edges] of Object.entries(shapes)) {
  verifies(
    'input:no-deep-stack',
    `a ${shape} of fifty thousand nodes is compiled, printed, drawn and bundled`,
    async () => {
      const text = `digraph G { ${ends} ${edges} }`;
      const { ok, graph, bundle } = await compile({ path: 'a.dot', text }, { readFile: async () => undefined });
      expect({ ok, nodes: graph?.nodes.size }).toEqual({ ok: true, nodes: size + 2 });
      if (!graph) return;
      expect(readDot({ path: 'a.dot', text: printDot(graph) }).graph?.edges.length).toBe(graph.edges.length);
      expect(terminalPicture(graph)).toContain('n49999');
      expect(graphvizSource(graph)).toContain('"n49999"');
      expect(fromBundle(JSON.parse(canonicalJson(bundle))).graph.nodes.size).toBe(size + 2);
    },
    120_000,
  );
}

verifies(
  'input:no-deep-stack',
  'a row of many nodes is walked to its end by a dry run',
  async () => {
    const row = ids.slice(0, sized({ everyday: 20_000, full: size }));
    const text = `digraph G { ${ends} start -> ${row.join(' -> ')} -> exit }`;
    const { bundle } = await compile({ path: 'a.dot', text }, { readFile: async () => undefined });
    const { result } = await dryRunPipeline(bundle ?? expect.fail('it compiles'), {});
    expect(result.status).toBe('success');
    expect(result.visited).toEqual(['start', ...row, 'exit']);
  },
  120_000,
);

verifies('input:no-deep-stack', 'braces and brackets ten thousand deep are refused in their place', () => {
  const depth = 10_000;
  for (const [opening, closing] of [
    ['subgraph {', '}'],
    ['{', '}'],
    ['a [', ']'],
    ['a -> {', '}'],
  ] as const) {
    for (const lenient of [false, true]) {
      const text = `digraph G { ${opening.repeat(depth)}${closing.repeat(depth)} }`;
      expect(readDot({ path: 'a.dot', text }, { lenient }).graph).toBeUndefined();
    }
  }
  const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(parseStatusFile(`{"outcome":"success","context_updates":{"a":${deep}}}`)).toHaveProperty('problem');
  expect(() => parseScript(`{"a":[{"context_updates":{"a":${deep}}}]}`)).toThrow('nested deeper');
});

verifies(
  'input:no-deep-stack',
  'one word or string of many million characters is read',
  () => {
    const long = 6_000_000;
    for (const value of [`"${'\\n'.repeat(long)}"`, 'a/'.repeat(long)]) {
      expect(() => readDot({ path: 'a.dot', text: `digraph G { a [x=${value}] }` })).not.toThrow();
    }
    for (const name of ['a-'.repeat(long), `a${'.a'.repeat(long)}`]) {
      expect(readDot({ path: 'a.dot', text: `digraph G { ${name} }` }).graph).toBeUndefined();
    }
  },
  60_000,
);
