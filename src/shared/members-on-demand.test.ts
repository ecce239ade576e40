import { expect, test } from 'vitest';
import { membersOnDemand } from './members-on-demand.ts';

interface Counter {
  readonly name: string;
  readonly count: number;
}

const counterOf = membersOnDemand<Counter, 'count'>('count');

test('a member on demand is worked out at each read, and not before', () => {
  let reads = 0;
  const counter = counterOf({ name: 'first' }, { count: () => (reads += 1) });
  expect([counter.name, reads]).toEqual(['first', 0]);
  expect([counter.count, counter.count]).toEqual([1, 2]);
});

test('objects made alike have members of their own', () => {
  const [one, two] = [counterOf({ name: 'one' }, { count: () => 1 }), counterOf({ name: 'two' }, { count: () => 2 })];
  expect([one.count, two.count]).toEqual([1, 2]);
});

test('an object that inherits from one reads its members, those it replaces aside', () => {
  const counter = counterOf({ name: 'first' }, { count: () => 7 });
  const renamed = Object.create(counter, { name: { value: 'second' } }) as Counter;
  expect([renamed.name, renamed.count]).toEqual(['second', 7]);
});
