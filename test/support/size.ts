const full = process.env['ORCHESTRA_TEST_SIZE'] === 'full';

/**
 * How much a test with a free size does: `everyday` in `npm test`, `full` in `npm run test:full`.
 *
 * @example
 * fc.assert(property, { seed: 1, numRuns: sized({ everyday: 200, full: 100_000 }) });
 */
export function sized(sizes: { readonly everyday: number; readonly full: number }): number {
  return full ? sizes.full : sizes.everyday;
}
