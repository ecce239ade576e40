import { expect, test } from 'vitest';
import { blake3, loadBlake3 } from './hash.ts';

test('the digest of nothing is the one the BLAKE3 paper gives', async () => {
  expect(await blake3('')).toBe('af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262');
});

test('a text and its UTF-8 bytes have the same digest', async () => {
  expect(await blake3('Grüße')).toBe(await blake3(new TextEncoder().encode('Grüße')));
});

test('once loaded, digests are taken synchronously and do not influence each other', async () => {
  const digest = await loadBlake3();
  const first = digest('one');
  digest('two');
  expect(digest('one')).toBe(first);
});
