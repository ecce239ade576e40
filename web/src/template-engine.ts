import initialize, { Environment } from 'minijinja-js/dist/web/minijinja_js.js';
import wasm from 'minijinja-js/dist/web/minijinja_js_bg.wasm?url';
import type { TemplateEngine } from '../../src/engine/ports/template-engine.ts';
import { createMinijinjaEngine } from '../../src/engine/templates/minijinja-engine.ts';

/** The template engine in the browser, where the wasm module has to be fetched first. */
export async function createBrowserTemplateEngine(): Promise<TemplateEngine> {
  await initialize({ module_or_path: wasm });
  return createMinijinjaEngine(new Environment());
}
