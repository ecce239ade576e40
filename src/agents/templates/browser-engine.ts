import initialize, { Environment } from 'minijinja-js/dist/web/minijinja_js.js';
import type { TemplateEngine } from '../../engine/ports/template-engine.ts';
import { createMinijinjaEngine } from './minijinja-engine.ts';

/** The template engine in the browser. @param wasm where the bundler put the module; beside the script when absent */
export async function createBrowserTemplateEngine(
  wasm?: URL | string | Uint8Array<ArrayBuffer>,
): Promise<TemplateEngine> {
  await initialize(wasm === undefined ? undefined : { module_or_path: wasm });
  return createMinijinjaEngine(() => new Environment());
}
