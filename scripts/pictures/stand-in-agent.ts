import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';

/**
 * Stands in for `claude` while the live view is recorded: speaks its stream-json, takes its time, and
 * asks no model. The prompt names what it shall seem to do.
 */
interface Part {
  readonly calls: readonly (readonly [tool: string, input: Readonly<Record<string, string>>])[];
  readonly answer: string;
  readonly tokens: number;
  readonly costUsd: number;
  readonly pauseMs: number;
}

const parts: Readonly<Record<string, Part>> = {
  plan: {
    calls: [
      ['Grep', { pattern: 'prefers-color-scheme' }],
      ['Read', { file_path: 'src/settings/page.tsx' }],
    ],
    answer: 'Five steps, the theme first.',
    tokens: 8_412,
    costUsd: 0.0431,
    pauseMs: 900,
  },
  implement: {
    calls: [
      ['Edit', { file_path: 'src/theme/colours.ts' }],
      ['Edit', { file_path: 'src/settings/page.tsx' }],
      ['Bash', { command: 'npm run typecheck' }],
    ],
    answer: 'The page has a switch, and the theme follows it.',
    tokens: 41_230,
    costUsd: 0.3127,
    pauseMs: 1_000,
  },
  security: {
    calls: [['Read', { file_path: 'src/settings/storage.ts' }]],
    answer: 'No findings.',
    tokens: 12_044,
    costUsd: 0.0704,
    pauseMs: 1_100,
  },
  design: {
    calls: [['Bash', { command: 'npm run screenshots' }]],
    answer: 'Both themes are complete.',
    tokens: 15_380,
    costUsd: 0.0912,
    pauseMs: 900,
  },
  contrast: {
    calls: [['Bash', { command: 'npm run contrast -- --level AA' }]],
    answer: 'All texts reach level AA.',
    tokens: 6_120,
    costUsd: 0.0288,
    pauseMs: 1_000,
  },
  critic: {
    calls: [],
    answer: 'The reviews are specific and complete.',
    tokens: 9_730,
    costUsd: 0.0516,
    pauseMs: 1_300,
  },
};

if (process.argv.includes('--version')) console.log('stand-in');
else await answer(await text(process.stdin));

async function answer(prompt: string): Promise<void> {
  // Behind what the prompt tells of earlier stages.
  const [, name = ''] = [...prompt.matchAll(/stage: (\w+)/g)].at(-1) ?? [];
  const part = parts[name];
  if (!part) throw new Error(`no part for the prompt ${prompt}`);
  const session = process.argv[process.argv.indexOf('--session-id') + 1];
  say({ type: 'system', subtype: 'init', session_id: session, model: 'stand-in' });
  for (const [index, [tool, input]] of part.calls.entries()) {
    await delay(part.pauseMs / 2);
    const content = [{ type: 'tool_use', id: `call-${index}`, name: tool, input }];
    say({ type: 'assistant', message: { id: `message-${index}`, content } });
    await delay(part.pauseMs);
    const result = [{ type: 'tool_result', tool_use_id: `call-${index}`, content: 'done' }];
    say({ type: 'user', message: { content: result }, tool_use_result: 'done' });
  }
  await delay(part.pauseMs);
  const usage = { input_tokens: part.tokens, output_tokens: Math.round(part.tokens / 20) };
  const common = { result: part.answer, usage, total_cost_usd: part.costUsd };
  say({ type: 'result', subtype: 'success', is_error: false, session_id: session, ...common });
}

function say(line: object): void {
  console.log(JSON.stringify(line));
}
