import type { Environment } from 'minijinja-js';
import { TemplateError, type TemplateEngine } from '../ports/template-engine.ts';
import { variablesOf } from '../../language/templates/variables-of.ts';
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
        throw new TemplateError(explained(messageOf(thrown), template, variables), { cause: thrown });
      }
    },
  };
}

/**
 * `line 2: undefined value in "{{ title }}": title is not set`, from the engine's `undefined value (in <string>:2)`, an excerpt
 * and the variables there are.
 */
function explained(message: string, template: string, variables: Readonly<Record<string, unknown>>): string {
  const [, what, line = ''] = /^(.*?) \(in <string>:(\d+)\)/s.exec(message) ?? [];
  if (what === undefined) return message;
  const source = template.split('\n')[Number(line) - 1]?.trim() ?? '';
  const missing = what === 'undefined value' ? variablesOf(template).filter((path) => !isSet(path, variables)) : [];
  const names = missing.length === 0 ? '' : `: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`;
  return `line ${line}: ${what} in "${source}"${names}`;
}

/** Whether a dotted path leads to a value. */
function isSet(path: string, variables: Readonly<Record<string, unknown>>): boolean {
  let value: unknown = variables;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return true;
}
