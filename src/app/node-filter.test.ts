import { expect, test } from 'vitest';
import type { EventLine } from '../contract/event-line.ts';
import { isAbout } from './node-filter.ts';

const place = { seq: 1, at: '2026-03-01T12:00:00.000Z', runId: 'r1' };
const stage = { index: 0, attempt: 1, handler: 'codergen' };

const events = {
  scan1: { type: 'StageStarted', name: 'scan', scope: '', visit: 1, ...stage, ...place },
  scan2retry: { type: 'StageRetrying', name: 'scan', scope: '', visit: 2, delayMs: 1, ...stage, ...place, attempt: 2 },
  scan2agent: { type: 'AgentText', text: 'x', key: 'scan#2@3', ...place },
  scanLeft: { type: 'CheckpointSaved', nodeId: 'scan', scope: '', reason: 'weight', context: {}, ...place },
  scanner: { type: 'StageStarted', name: 'scanner', scope: '', visit: 1, ...stage, ...place },
  branch: { type: 'ParallelBranchStarted', name: 'fan', scope: '', branch: 'scan', index: 0, ...place },
  branchScan: { type: 'StageStarted', name: 'scan', scope: 'fan#1/scan', visit: 1, ...stage, ...place },
  branchDeep: { type: 'ToolOutput', stream: 'stdout', text: 'x', key: 'fan#1/scan/fix#1', ...place },
  otherFan: { type: 'ToolOutput', stream: 'stdout', text: 'x', key: 'fan#2/scan/fix#1', ...place },
  gate: {
    type: 'InterviewTimeout',
    id: 'fan#1/scan/gate#1@2',
    stage: 'gate',
    question: { text: '?', type: 'FREEFORM', options: [], stage: 'gate' },
    durationMs: 1,
    ...place,
  },
  run: { type: 'PipelinePaused', reason: 'paused', ...place },
} satisfies Record<string, EventLine>;

const about = (wanted: string) =>
  Object.keys(events).filter((name) => isAbout(wanted)(events[name as keyof typeof events]));

test('a node is all its visits and attempts, in branches too, and no other node', () => {
  expect(about('scan')).toEqual(['scan1', 'scan2retry', 'scan2agent', 'scanLeft', 'branch', 'branchScan']);
  expect(about('gate')).toEqual(['gate']);
  expect(about('fix')).toEqual(['branchDeep', 'otherFan']);
});

test('a number is one visit; what tells no number is told with each', () => {
  expect(about('scan#2')).toEqual(['scan2retry', 'scan2agent', 'scanLeft', 'branch']);
});

test('a path is one branch with everything in it', () => {
  expect(about('fan#1/scan')).toEqual(['branch', 'branchScan', 'branchDeep', 'gate']);
  expect(about('fan/scan')).toEqual(['branch', 'branchScan', 'branchDeep', 'otherFan', 'gate']);
  expect(about('fan#1/scan/fix')).toEqual(['branchDeep']);
});

test('a fan-out itself is told with its branches, not with what happens in them', () => {
  expect(about('fan')).toEqual(['branch']);
});
