import { expect, test } from 'vitest';
import { bytesText } from './bytes.ts';

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.0 KB'],
  [9_960, '10 KB'],
  [999_400, '999 KB'],
  [999_600, '1.0 MB'],
  [34_000_000, '34 MB'],
  [5_200_000_000, '5.2 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
