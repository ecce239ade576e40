import type { Environment } from 'minijinja-js';
import { TemplateError, type TemplateEngine } from '../ports/template-engine.ts';
import { messageOf } from '../../shared/errors.ts';

/** Steps one template may take, so that none runs for ever. A prompt takes some hundreds. */
const fuel = 1_000_000;

/**
 * Jinja2 as minijinja understands it: strict about undefined values, no includes, no escaping (prompts are plain
 * text), and the most used Python methods of strings, lists and maps.
 * @param environment fresh, of the build for this platform: the wasm engine starts differently in Node and browser
 */
export function createMinijinjaEngine(environment: Environment): TemplateEngine {
  environment.undefinedBehavior = 'strict';
  environment.keepTrailingNewline = true;
  environment.fuel = fuel;
  environment.enablePyCompat();
  return {
    render(template, variables) {
      try {
        return environment.renderStr(template, variables);
      } catch (thrown) {
        throw new TemplateError(placed(messageOf(thrown), template), { cause: thrown });
      }
    },
  };
}

/** `line 2: undefined value in "{{ missing }}"`, from the engine's `undefined value (in <string>:2)` and an excerpt. */
function placed(message: string, template: string): string {
  const match = /^(.*?) \(in <string>:(\d+)\)/s.exec(message);
  if (!match) return message;
  const line = Number(match[2]);
  const source = template.split('\n')[line - 1]?.trim() ?? '';
  return `line ${line}: ${match[1] ?? message} in "${source}"`;
}
