import type { Json } from '../../shared/json.ts';
import { tellingNotes } from '../print/telling-notes.ts';
import type { Activity, Row } from './row.ts';

/** What there is to say of a row beside its numbers; `''` when nothing. */
export function remarkText(row: Row): string {
  const parts = [
    row.visit > 1 ? `visit ${row.visit}` : '',
    row.attempt > 1 ? `attempt ${row.attempt}` : '',
    row.at ?? '',
    branchesText(row),
    row.activity === undefined ? (tellingNotes(row.remark) ?? '') : activityText(row.activity),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function branchesText({ branches, state }: Row): string {
  // What came of them stands in the notes of a fan-out that has ended.
  if (branches === undefined || state !== 'running') return '';
  const { total, ended, failed } = branches;
  return `${ended} of ${total} branches${failed === 0 ? '' : `, ${failed} failed`}`;
}

function activityText(activity: Activity): string {
  switch (activity.type) {
    case 'AgentText':
      return lastLine(activity.text);
    case 'AgentThinking':
      return 'thinking';
    case 'AgentToolCall':
      return `${activity.tool} ${inputText(activity.input)}`.trim();
    case 'AgentPermissionDenied':
      return `${activity.tool} was not permitted`;
    case 'AgentRetrying':
    case 'AgentQueued':
      return activity.reason;
    case 'ToolOutput':
      return lastLine(activity.text);
  }
}

/** Longer texts are looked at from their end only. */
const lookedAt = 1_000;

function lastLine(text: string): string {
  return text.slice(-lookedAt).trimEnd().split('\n').at(-1) ?? '';
}

/** What a tool is called with: the first text among its arguments, as a command, a path or a pattern. */
function inputText(input: Json): string {
  if (typeof input === 'string') return input;
  if (typeof input !== 'object' || input === null) return '';
  return Object.values(input).find((value) => typeof value === 'string') ?? '';
}
