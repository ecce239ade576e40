import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { serveFolder, type StaticServer } from '../support/static-server.ts';
import { verifies } from '../support/verifies.ts';

/** Of the Attractor text, each with the path its dry run takes. */
const examples: Readonly<Record<string, readonly string[]>> = {
  '2.13-linear': ['start', 'run_tests', 'report', 'exit'],
  '2.13-branching': ['start', 'plan', 'implement', 'validate', 'gate', 'exit'],
  '2.13-human-gate': ['start', 'review_gate', 'ship_it', 'exit'],
  '8.6-stylesheet': ['start', 'plan', 'implement', 'critical_review', 'exit'],
  '11.13-smoke-test': ['start', 'plan', 'implement', 'review', 'done'],
};

const linear = example('2.13-linear');

describe.runIf(hasChromium())('the page', () => {
  let built: string;
  let policy: string;
  let server: StaticServer;
  let browser: Browser;
  let page: Page;
  /** Whatever the browser complains about, refused scripts among it. */
  const complaints: string[] = [];

  beforeAll(async () => {
    built = mkdtempSync(join(tmpdir(), 'orchestra-web-'));
    execFileSync('npm', ['run', 'build', '-w', 'web', '--', '--outDir', built, '--emptyOutDir'], {
      stdio: 'pipe',
      env: { ...process.env, NODE_ENV: 'production' }, // the test runner's own value would build for development
    });
    policy = policyOf(readFileSync(join(built, 'index.html'), 'utf8'));
    server = await serveFolder({
      folder: built,
      headers: { 'content-security-policy': `${policy}; frame-ancestors 'none'; report-uri /refused` },
      onPost: (report) => void complaints.push(report), // of the worker too, whose console the page does not hear
    });
    browser = await launchChromium();
    page = await open();
  });

  afterAll(async () => {
    await browser.close();
    server.close();
    rmSync(built, { recursive: true });
  });

  afterEach(() => {
    expect(complaints.splice(0)).toEqual([]);
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    opened.on('console', (message) => {
      if (message.type() !== 'log') complaints.push(message.text());
    });
    opened.on('pageerror', (error) => complaints.push(error.message));
    opened.on('response', (response) => {
      if (!response.ok()) complaints.push(`${response.status()} ${response.url()}`);
    });
    await opened.goto(server.url);
    return opened;
  }

  const editor = (): Locator => page.getByRole('textbox', { name: 'Pipeline text' });
  const summary = (): Promise<string> => page.locator('#findings-summary').innerText();
  const findings = (): Locator => page.getByRole('region', { name: 'Findings' }).getByRole('listitem');
  const visited = (): Promise<string[]> =>
    page.getByRole('list', { name: 'Visited' }).getByRole('listitem').allInnerTexts();
  const dryRun = (): Locator => page.getByRole('region', { name: 'Dry run' });

  test('allows its own scripts and WebAssembly, and no other code', async () => {
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';");
    const other = await open();
    await expect(other.addScriptTag({ content: 'document.title = "changed"' })).rejects.toThrow('addScriptTag');
    expect(await other.title()).toBe('Orchestra');
    await other.close();
    // The policy of the page and that of the header write to the console, and the header's is reported.
    await expect
      .poll(() => complaints.filter((complaint) => /content.security.policy|csp/i.test(complaint)))
      .toHaveLength(3);
    expect(complaints.splice(0)).toHaveLength(3);
  });

  test('begins with a pipeline without findings, drawn and dry-run', async () => {
    await expect.poll(summary).toBe('none');
    await expect.poll(visited).toEqual(['start', 'reproduce', 'plan', 'implement', 'check', 'review', 'exit']);
    expect(await page.getByRole('figure', { name: 'Graph of MendTest with 7 nodes' }).isVisible()).toBe(true);
  });

  for (const [name, path] of Object.entries(examples)) {
    verifies('durability:R4:browser', `lints, draws and dry-runs the example ${name}`, async () => {
      await editor().fill(example(name));
      await expect.poll(visited).toEqual(path);
      expect(await summary()).not.toContain('error');
      expect(await dryRun().getByRole('status').innerText()).toBe('completed');
      expect((await page.locator('.node.state-success').evaluateAll(ids)).sort()).toEqual(
        path.map((node) => `node-${node}`).sort(),
      );
    });
  }

  test('follows a text as it is typed', async () => {
    await editor().fill('');
    await editor().pressSequentially(linear);
    await expect.poll(visited).toEqual(['start', 'run_tests', 'report', 'exit']);
  });

  test('shows a finding at its line, and choosing it moves the cursor there', async () => {
    const broken = linear.replace('start -> run_tests -> report', 'start -> run_tests => report');
    await editor().fill(broken);
    await expect.poll(summary).toContain('error');
    const line = broken.split('\n').findIndex((each) => each.includes('=>')) + 1;
    const column = (broken.split('\n')[line - 1] ?? '').indexOf('=>') + 1;
    expect(await findings().first().locator('.place').innerText()).toBe(`${line}:${column}`);
    expect(await page.locator('.line-numbers .error').allInnerTexts()).toEqual([String(line)]);
    await findings().first().getByRole('button').click();
    expect(await editor().evaluate(selectionStart)).toBe(broken.indexOf('=>'));
    expect(await dryRun().getByRole('status').innerText()).toBe('needs a pipeline without errors');
  });

  test('keeps the picture of the text when it could last be read', async () => {
    await editor().fill(linear);
    await expect.poll(() => page.locator('.node').count()).toBe(4);
    await editor().fill('digraph {');
    await expect.poll(() => page.locator('.stale .node').count()).toBe(4);
  });

  verifies(
    'durability:R4:browser',
    'renders templates as a run does, and says where one cannot be rendered',
    async () => {
      await editor().fill(`digraph T { goal="Ship" templates=jinja2
      start [shape=Mdiamond] exit [shape=Msquare]
      plan [prompt="$goal: {{ ['a', 'b'] | join('+') }}"]
      act [prompt="{{ responses.plan | upper }}"]
      start -> plan -> act -> exit }`);
      await expect.poll(visited).toEqual(['start', 'plan', 'act', 'exit']);
      const prompts = await dryRun().locator('details pre').allTextContents();
      expect(prompts).toEqual([
        expect.stringContaining('Ship: a+b'),
        expect.stringContaining('[SIMULATED] RESPONSE FOR STAGE: PLAN'),
      ]);
      await editor().fill(`digraph T { templates=jinja2 start [shape=Mdiamond] exit [shape=Msquare]
      plan [prompt="{{ responses.nobody }}"] start -> plan -> exit }`);
      await expect
        .poll(() => dryRun().locator('.failure').allInnerTexts())
        .toEqual([expect.stringContaining('undefined value')]);
    },
  );

  test('says that it opens no child pipelines', async () => {
    await editor().fill(`digraph C { start [shape=Mdiamond] exit [shape=Msquare]
      child [type=sub_pipeline, sub_pipeline.dotfile="other.dot"] start -> child -> exit }`);
    await expect
      .poll(() => findings().allInnerTexts())
      .toContainEqual(expect.stringContaining('This page opens no files.'));
  });

  test('a node of the picture and of the path leads to its place in the text', async () => {
    await editor().fill(linear);
    await expect.poll(visited).toContain('report');
    await dryRun().getByRole('list', { name: 'Visited' }).getByRole('button', { name: 'report' }).click();
    expect(await editor().evaluate(selectionStart)).toBe(linear.indexOf('report    ['));
    await page.locator('#node-run_tests').click();
    expect(await editor().evaluate(selectionStart)).toBe(linear.indexOf('run_tests ['));
  });

  test('fits a narrow screen', async () => {
    const narrow = await open({ viewport: { width: 400, height: 800 } });
    await narrow.locator('.node').first().waitFor();
    expect(await narrow.evaluate('document.documentElement.scrollWidth')).toBe(400);
    await narrow.close();
  });
});

// Run in the page. They name what they need of its types, which the tests do not have.
const ids = (nodes: readonly { readonly id: string }[]): string[] => nodes.map(({ id }) => id);
const selectionStart = (area: { readonly selectionStart?: number }): number | undefined => area.selectionStart;

function example(name: string): string {
  return readFileSync(new URL(`../fixtures/attractor/${name}.dot`, import.meta.url), 'utf8');
}

function policyOf(html: string): string {
  const [, content = ''] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
  return content.replaceAll('&#39;', "'");
}
