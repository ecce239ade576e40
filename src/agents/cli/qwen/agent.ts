import type { CliAgent } from '../cli-agent.ts';
import { qwenAcp } from './acp.ts';
import { oldSessionUuid } from '../session-uuid.ts';

/** Qwen Code, headless with stream-json. A fresh session takes an id of ours, so a crash cannot lose it. */
export const qwen: CliAgent = {
  id: 'qwen',
  aliases: ['qwen-code'],
  name: 'Qwen Code',
  executable: 'qwen',
  installHint: 'Install it with `npm install -g @qwen-code/qwen-code` and sign in with `qwen`.',
  triedVersion: '0.24.4',
  // Those of a running session (QWEN_CODE, QWEN_CODE_SESSION_ID ...) stay out.
  variables: [
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_BASE_URL',
    'ANTHROPIC_MODEL',
    'BAILIAN_CODING_PLAN_API_KEY',
    'DASHSCOPE_API_KEY',
    'GEMINI_API_KEY',
    'GEMINI_MODEL',
    'OPENAI_API_KEY',
    'OPENAI_BASE_URL',
    'OPENAI_MODEL',
    'QWEN_CODE_MAX_OUTPUT_TOKENS',
    'QWEN_CODE_SYSTEM_*',
    'QWEN_HOME',
    'QWEN_MODEL',
    'QWEN_SANDBOX',
    'QWEN_USAGE_STATISTICS_ENABLED',
  ],
  signIn: {
    variables: ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'DASHSCOPE_API_KEY'],
    files: ['.qwen/oauth_creds.json'],
  },
  state: { folders: ['.qwen'], variables: ['QWEN_HOME'] },
  freshSessionId: oldSessionUuid,
  acp: qwenAcp,
  turns: async () => (await import('./turns.ts')).turns,
};
