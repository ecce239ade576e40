import { messageOf } from './errors.ts';
import type { Json } from './json.ts';

/** Deeper values are refused: everything that walks them would need a stack as deep. */
export const deepestNesting = 200;

/**
 * Reads JSON somebody else wrote. The problem quotes nothing of the text, which may hold a secret, and half of one
 * at the end of a quotation is found by nobody. Never throws.
 */
export function parseForeignJson(text: string): { readonly value: Json } | { readonly problem: string } {
  try {
    const value = JSON.parse(text) as Json;
    return isDeeperThan(value, deepestNesting) ? { problem: `nested deeper than ${deepestNesting} levels` } : { value };
  } catch (thrown) {
    return { problem: `not JSON: ${messageOf(thrown).replace(/, (?:\.\.\.)?".*is not valid JSON$/s, '')}` };
  }
}

/** Whether lists and objects stand in each other more than `levels` times. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(member, levels - 1));
}
