import type { StageStatus } from '../../src/contract/outcome.ts';
import type { Script } from './runtime-world.ts';

const statuses: readonly StageStatus[] = [
  'success',
  'success',
  'success',
  'fail',
  'retry',
  'partial_success',
  'skipped',
];

/** A number that depends on the text alone, so that the same operation always comes to the same. */
function chance(text: string, among: number): number {
  let hash = 7;
  for (const letter of text) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return hash % among;
}

const reply: Script = ({ services: { key } }) => ({
  status: statuses[chance(key, statuses.length)] ?? 'success',
  ...(chance(`${key} label`, 3) === 0 ? { preferredLabel: 'Go' } : {}),
  ...(chance(`${key} updates`, 2) === 0 ? { contextUpdates: { n: chance(key, 3), last_response: 'text' } } : {}),
});

/** Whatever the key of a step says: for the nodes of `randomPipeline`. */
export const randomScript: Readonly<Record<string, readonly Script[]>> = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'join', 'boss', 'x'].map((node) => [node, [reply]]),
);
