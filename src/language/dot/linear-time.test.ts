import { expect } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { readDot } from './read-dot.ts';

/** Texts that grow with `n`: ordinary ones, and those that tempt a reader to look at everything again. */
const texts: Readonly<Record<string, (n: number) => string>> = {
  statements: (n) => `digraph G { ${'a [x=1, y="two"] a -> b\n'.repeat(n)} }`,
  'different nodes': (n) =>
    `digraph G { ${Array.from({ length: n }, (_, index) => `n${index} [x=${index}]`).join('\n')} }`,
  'one long string': (n) => `digraph G { a [x="${'text \\n // '.repeat(n)}"] }`,
  'one long block': (n) => `digraph G { a [${Array.from({ length: n }, (_, index) => `k${index}=1`).join(', ')}] }`,
  'one long chain': (n) => `digraph G { ${'a -> '.repeat(n)} a }`,
  'subgraphs with defaults': (n) => `digraph G { ${'subgraph { label=L node [x=1] a }\n'.repeat(n)} }`,
  'mistakes everywhere': (n) => `digraph G { ${'a -- b [x=1 y=2]\n'.repeat(n)} }`,
  'strings left open': (n) => `digraph G { ${'a [x="b]\n'.repeat(n)}`,
  'HTML left open': (n) => `digraph G { a [${'x=<b '.repeat(n)}`,
  'comments opened in a comment': (n) => `digraph G { ${'/* '.repeat(n)}`,
  'dashes and stray characters': (n) => `digraph G { ${'-'.repeat(n)} ${'@'.repeat(n)} ${'\u00a0'.repeat(n)} }`,
  'braces never closed': (n) => `digraph G { ${'subgraph { '.repeat(n)}`,
};

/** The least of several runs, as other work on the machine only ever adds to it. */
function readingMs(text: string, runs: number): number {
  const times = Array.from({ length: runs }, () => {
    const before = performance.now();
    readDot({ path: 'a.dot', text });
    return performance.now() - before;
  });
  return Math.min(...times);
}

verifies(
  'dot:linear-time',
  'a text of 32 times the length takes about 32 times as long to read',
  () => {
    // Measured against itself: a quadratic reader needs 1024 times as long, which leaves either side a factor of four and more.
    const tooSlow = Object.entries(texts).flatMap(([name, text]) => {
      const ratio = readingMs(text(32_000), 2) / readingMs(text(1_000), 8);
      return ratio > 256 ? [`${name}: ${ratio.toFixed(1)} times`] : [];
    });
    expect(tooSlow).toEqual([]);
  },
  60_000,
);
