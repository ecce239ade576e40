import type { CommandLine, TurnRequest } from '../cli-agent.ts';
import { geminiCommandLine, type GeminiWays } from '../gemini/command-line.ts';

const ways: GeminiWays = {
  approvalModes: { 'read-only': 'default', 'workspace-write': 'auto-edit', full: 'yolo' },
  flags: [],
};

/** As that of Gemini CLI, of which Qwen Code is a fork. */
export function qwenCommandLine(turn: TurnRequest): CommandLine {
  return geminiCommandLine(turn, ways);
}
