import { expect, test } from 'vitest';
import { requirements } from './requirements.ts';
import { checklist } from './requirements/checklist.ts';
import { contestedPoints } from './requirements/contested.ts';
import { pending } from './requirements/pending.ts';
import { findCitations } from './support/citations.ts';

const { filesById, unreadable } = findCitations('.');
const gaps = [...requirements].filter(([, { gap }]) => gap !== undefined).map(([id]) => id);
const cited = (id: string): boolean => filesById.has(id);

test('every `verifies` call names its requirements literally', () => {
  expect(unreadable).toEqual([]);
});

test('every cited requirement is in the manifest', () => {
  expect([...filesById.keys()].filter((id) => !requirements.has(id))).toEqual([]);
});

test('every requirement has a test, is pending, or says why it is a gap', () => {
  const excused = new Set<string>([...pending, ...gaps]);
  expect([...requirements.keys()].filter((id) => !cited(id) && !excused.has(id))).toEqual([]);
});

test('a requirement with a test is no longer pending: remove these lines from test/requirements/pending.ts', () => {
  expect(pending.filter(cited)).toEqual([]);
});

test('a gap has no test', () => {
  expect(gaps.filter(cited)).toEqual([]);
});

test('the pending list names known requirements once, and no gaps', () => {
  expect(
    pending.filter((id, index) => !requirements.has(id) || gaps.includes(id) || pending.indexOf(id) !== index),
  ).toEqual([]);
});

test('every checkbox and contested point stands on known requirements', () => {
  const named = [...Object.values(checklist).flat(), ...contestedPoints].flatMap((entry) => [...entry.clauses]);
  expect(named.filter((id) => !requirements.has(id))).toEqual([]);
  expect(Object.values(checklist).flat()).toHaveLength(76);
});
