import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Usage } from '../../../contract/outcome.ts';
import { parseForeignJson } from '../../../shared/foreign-json.ts';
import { tokens } from './transcript-shapes.ts';
import { usageOfThread } from './turn-usage.ts';

const tokenCount = z.object({
  payload: z.object({ type: z.literal('token_count'), info: z.object({ total_token_usage: tokens }) }),
});

/**
 * What a thread had used before its next turn, from the record Codex keeps of it below CODEX_HOME: what a turn reports
 * counts all turns of its thread. Undefined where that record is not to be found.
 */
export async function spentInThread(
  threadId: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Usage | undefined> {
  const home = env['CODEX_HOME'] ?? join(env['HOME'] ?? '/', '.codex');
  const path = await rolloutOf(threadId, join(home, 'sessions'));
  if (path === undefined) return undefined;
  let total = tokens.parse({});
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (!line.includes('"token_count"')) continue;
    const parsed = parseForeignJson(line);
    const counted = tokenCount.safeParse('value' in parsed ? parsed.value : undefined);
    if (counted.success) total = counted.data.payload.info.total_token_usage;
  }
  return usageOfThread(total);
}

/** By year, month and day; the newest days are looked at first. */
async function rolloutOf(threadId: string, folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // nothing recorded there
  const names = entries.sort((a, b) => (a.name < b.name ? 1 : -1));
  const file = names.find((entry) => entry.isFile() && entry.name.endsWith(`${threadId}.jsonl`));
  if (file) return join(folder, file.name);
  for (const entry of names) {
    const found = entry.isDirectory() ? await rolloutOf(threadId, join(folder, entry.name)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
