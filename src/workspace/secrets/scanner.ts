import { parentPort } from 'node:worker_threads';
import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import type { FoundPlace, ScannedFile } from './scanner-messages.ts';

// A worker: reads files one after the other, and answers each with what looks like a credential in it.

const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended, options: {} }] };

async function placesIn({ path, content }: ScannedFile): Promise<readonly FoundPlace[]> {
  const ext = /\.[^./]+$/.exec(path)?.[0] ?? '';
  // Secretlint finds its own measurements of a file by its name, which it takes apart: lines and colons lead it astray.
  const filePath = path.replaceAll(/[\n\r\u2028\u2029:|]/g, '_');
  const { messages } = await lintSource({
    source: { filePath, content, ext, contentType: 'text' },
    // No value of a secret leaves this thread.
    options: { config, noPhysicFilePath: true, maskSecrets: true },
  });
  return messages.map(({ loc, ruleId, messageId }) => ({ line: loc.start.line, rule: ruleName(ruleId, messageId) }));
}

/** `github` of `@secretlint/secretlint-rule-github`, and what it is of it: `github GITHUB_TOKEN`. */
function ruleName(ruleId: string, messageId: string): string {
  return `${ruleId.replace(/^.*secretlint-rule-/, '')} ${messageId}`;
}

parentPort?.on('message', (file: ScannedFile) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  void placesIn(file).then((places) => parentPort?.postMessage(places));
});
