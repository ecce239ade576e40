import { Environment } from 'minijinja-js';
import type { TemplateEngine } from '../../engine/ports/template-engine.ts';
import { createMinijinjaEngine } from '../../engine/templates/minijinja-engine.ts';

/** The template engine in Node, where the wasm module loads with the import. */
export function createNodeTemplateEngine(): TemplateEngine {
  return createMinijinjaEngine(new Environment());
}
