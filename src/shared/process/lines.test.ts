import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputTooLongError, readLines } from './lines.ts';

const limits = { lineBytes: 16_000, totalBytes: 100_000 };

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function collect(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

test('lines come out whole whatever the chunk borders, also inside a character', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.integer({ min: 1, max: 9 }), async (texts, size) => {
      const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, '-'));
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      expect(await collect(readLines(inChunks(bytes, size), limits))).toEqual(lines);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('a last line without a line end counts, and carriage returns before line ends do not', async () => {
  const bytes = Buffer.from('one\r\n\r\ntwo');
  expect(await collect(readLines(inChunks(bytes, 4), limits))).toEqual(['one', '', 'two']);
});

test('an endless line is refused once it passes the limit, without being collected', async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      given += 1_000;
      yield new Uint8Array(1_000).fill(65);
    }
  }
  await expect(collect(readLines(endless(), limits))).rejects.toThrow(OutputTooLongError);
  expect(given).toBe(17_000);
});

test('output without end is refused once all of it passes the limit, however short its lines', async () => {
  let lines = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.from('noise\n'.repeat(1_000));
  }
  const read = async (): Promise<void> => {
    for await (const _line of readLines(endless(), limits)) lines += 1;
  };
  await expect(read()).rejects.toThrow(OutputTooLongError);
  expect(lines).toBe(16_000);
});
