import type { TranscriptContext } from '../cli-agent.ts';
import type { TranscriptReader } from '../cli-turn.ts';
import type { UserLine } from '../message-shapes.ts';
import { MessageTranscript, type ChangedFile } from '../message-transcript.ts';
import { failureOf } from './failure-map.ts';
import { changedFile, result } from './transcript-shapes.ts';
import { TurnUsage } from './turn-usage.ts';

/** Reads the stream-json lines of one turn of Claude Code. */
export function claudeTranscript(context: TranscriptContext): TranscriptReader {
  return new MessageTranscript(context, {
    agent: 'claude-code',
    name: 'Claude Code',
    result,
    usage: new TurnUsage(context.resumed),
    failureOf,
    changedFiles,
  });
}

function changedFiles({ tool_use_result: value }: UserLine): readonly ChangedFile[] {
  const changed = changedFile.safeParse(value);
  if (!changed.success) return []; // the results of all other tools
  const { filePath, type } = changed.data;
  return [{ path: filePath, change: type === 'create' ? 'created' : 'modified' }];
}
