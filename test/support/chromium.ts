import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian puts it. */
const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/**
 * Whether there is a Chromium to test with. Without one the tests are skipped with a notice, except in CI, where
 * none may be.
 */
export function hasChromium(): boolean {
  if (existsSync(path)) return true;
  const notice = `no Chromium at ${path}: install the package \`chromium\`, or say where it is in CHROMIUM_PATH`;
  if (process.env['CI']) throw new Error(notice);
  process.stderr.write(`browser tests are skipped: ${notice}\n`);
  return false;
}

export function launchChromium(): Promise<Browser> {
  // Its sandbox refuses to work for root, as whom containers run.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: path, args });
}
