import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedText } from './bounded-text.ts';

test('text within the limits is kept exactly', () => {
  const kept = new BoundedText(4, 4);
  kept.add(Buffer.from('abc'));
  kept.add(Buffer.from('defgh'));
  expect(kept.text()).toBe('abcdefgh');
  expect(kept.complete).toBe(true);
});

test('longer text keeps its beginning and its end and says how much is missing', () => {
  const kept = new BoundedText(3, 2);
  for (const letter of 'abcdefghij') kept.add(Buffer.from(letter));
  expect(kept.text()).toBe('abc\n[... 5 bytes left out ...]\nij');
  expect(kept.complete).toBe(false);
  expect(kept.totalBytes).toBe(10);
});

test('head and tail are right for any chunking', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 20 }));
  fc.assert(
    fc.property(chunks, fc.nat(30), fc.nat(30), (parts, head, tail) => {
      const ascii = parts.map((part) => part.map((byte) => 97 + (byte % 26)));
      const all = Buffer.concat(ascii).toString();
      const kept = new BoundedText(head, tail);
      for (const part of ascii) kept.add(part);
      const omitted = all.length - head - tail;
      expect(kept.text()).toBe(
        omitted <= 0
          ? all
          : `${all.slice(0, head)}\n[... ${omitted} bytes left out ...]\n${all.slice(all.length - tail)}`,
      );
    }),
    { seed: 7, numRuns: 300 },
  );
});
