import { expect, test } from 'vitest';
import type { Json } from '../shared/json.ts';
import { hydrate, isBlobRef, wholeTurn } from './hydrate.ts';
import { openMemoryJournal } from './memory/memory-journal.ts';

const long = 'x'.repeat(70_000);
const wide = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`key ${index}`, 'some small value']));

test('what the door moved into blobs is read back at any depth, texts and other values alike', async () => {
  const journal = openMemoryJournal();
  const value = { a: [{ long }], wide, small: 1 };
  const kept = await journal.keep(value);
  expect(JSON.stringify(kept).length).toBeLessThan(5_000);
  expect(await hydrate(journal, kept)).toEqual(value);
});

test('a turn has its shape restored, while its long texts stay references', async () => {
  const journal = openMemoryJournal();
  const payload = await journal.keep({ context: wide, text: long });
  const turn = { seq: 1, parent: undefined, type: 'CheckpointSaved', version: 1, at: 0, payload };
  const whole = await wholeTurn(journal, turn);
  expect(whole.payload).toMatchObject({ context: wide, text: { bytes: 70_000 } });
});

test('a turn without blobs is given back as it is', async () => {
  const turn = {
    seq: 1,
    parent: undefined,
    type: 'RunWarning',
    version: 1,
    at: 0,
    payload: { message: 'careful', list: [1] },
  };
  expect(await wholeTurn(openMemoryJournal(), turn)).toBe(turn);
});

test('a blob that is missing is an error with a code', async () => {
  const lost = { $blob: '0'.repeat(64), bytes: 1 };
  await expect(hydrate(openMemoryJournal(), lost)).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
});

test.for<[Json, boolean]>([
  [{ $blob: '0'.repeat(64), bytes: 1 }, true],
  [{ $blob: '0'.repeat(64), bytes: 1, json: true }, true],
  [{ $blob: 'a word', bytes: 1 }, false],
  [{ $blob: '0'.repeat(64), bytes: 1, more: 1 }, false],
  [['$blob'], false],
  [null, false],
])('%j is a reference: %s', ([value, expected]) => {
  expect(isBlobRef(value)).toBe(expected);
});
