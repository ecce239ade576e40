import { expect, test } from 'vitest';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import { workspaceScope } from '../../workspace/session/scopes.ts';
import { childPlan } from './child-plan.ts';

// Only where it stands matters here.
const plan = { repositories: [{ name: 'app' }] } as unknown as WorkspacePlan;

test('a child works in the folder it was started from', () => {
  expect(workspaceScope(childPlan(plan, 'sub#1'), '')).toBe('');
  expect(workspaceScope(childPlan(plan, 'fan#1/left/sub#2'), '')).toBe('fan#1/left');
});

test('its branches are told from those of its parent and of other children', () => {
  expect(workspaceScope(childPlan(plan, 'sub#1'), 'fan#1/left')).toBe('sub#1.fan#1/left');
  expect(workspaceScope(childPlan(plan, 'sub#2'), 'fan#1/left')).toBe('sub#2.fan#1/left');
  expect(workspaceScope(childPlan(plan, 'fan#1/left/sub#2'), 'fan#1/x')).toBe('fan#1/left/sub#2.fan#1/x');
});

test('a child of a child is found the whole way down', () => {
  const child = childPlan(plan, 'sub#1');
  expect(workspaceScope(childPlan(child, 'deep#1'), '')).toBe('');
  expect(workspaceScope(childPlan(child, 'deep#1'), 'fan#1/x')).toBe('sub#1.deep#1.fan#1/x');
  expect(workspaceScope(childPlan(child, 'fan#1/x/deep#1'), '')).toBe('sub#1.fan#1/x');
});

test('it works in another folder where its parent says so', () => {
  expect(childPlan(plan, 'sub#1').start).toBeUndefined();
  expect(childPlan(plan, 'sub#1', 'web').start).toEqual({ repository: 'app', path: 'web' });
  const below = { ...plan, start: { repository: 'app', path: 'src' } };
  expect(childPlan(below, 'sub#1', '../docs').start).toEqual({ repository: 'app', path: 'docs' });
});
