import { expect, test } from 'vitest';
import type { StepEvent } from '../../contract/event.ts';
import { TurnChanges, type Changed } from './turn-changes.ts';

const call = (tool: string): StepEvent => ({ type: 'AgentToolCall', id: tool, tool, input: {} });
const change = (path: string): StepEvent => ({ type: 'AgentFileChange', path, change: 'modified' });

function changedBy(...events: readonly StepEvent[]): Changed {
  const changes = new TurnChanges();
  for (const event of events) changes.see(event);
  return changes.take();
}

test('a turn that only talks or looks has changed nothing', () => {
  expect(changedBy({ type: 'AgentText', text: 'x' }, call('read_file'), call('Grep'))).toEqual([]);
});

test('tools that tell of their files are believed', () => {
  expect(changedBy(call('edit'), change('a'), call('write'), change('b'), call('edit'), change('a'))).toEqual([
    'a',
    'b',
  ]);
});

test('whatever tells of no file may have changed any', () => {
  expect(changedBy(call('shell'))).toBe('unknown');
  expect(changedBy(call('edit'), change('a'), call('shell'))).toBe('unknown');
  expect(changedBy(call('shell'), call('edit'), change('a'), change('b'))).toBe('unknown');
});

test('a turn begins with nothing of the one before', () => {
  const changes = new TurnChanges();
  changes.see(call('shell'));
  changes.take();
  expect(changes.take()).toEqual([]);
  changes.see(change('late'));
  expect(changes.take()).toEqual(['late']);
});
