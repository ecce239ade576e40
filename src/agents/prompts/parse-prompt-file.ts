import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { PromptLayer } from '../../contract/prompt-layer.ts';

/** A prompt file as one of its two forms, or a text that is the prompt itself. */
export type ParsedPrompt = { readonly text: string } | { readonly problem: string };

const nested = z.union([z.string(), z.looseObject({ system: z.string() }), z.looseObject({ content: z.string() })]);

/**
 * The prompt a file holds for a layer: a YAML mapping with `content:`, or with the name of the layer
 * (`role: {name, system}`, `persona: ...`); a file that is no YAML (`.md`, `.txt`) is the prompt.
 * @param path decides by its ending how the text is read
 */
export function parsePromptFile(path: string, text: string, layer: PromptLayer): ParsedPrompt {
  if (!/\.ya?ml$/i.test(path)) return present(text);
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) return { problem: broken.message };
  const root: unknown = document.toJS();
  const plain = z.looseObject({ content: z.string() }).safeParse(root);
  if (plain.success) return present(plain.data.content);
  const own = z.looseObject({ [layer]: nested }).safeParse(root);
  if (!own.success) return { problem: `it has neither \`content:\` nor \`${layer}:\` with a text` };
  return present(textOf(own.data[layer] as z.infer<typeof nested>));
}

function textOf(value: z.infer<typeof nested>): string {
  if (typeof value === 'string') return value;
  return String('system' in value ? value.system : value['content']);
}

function present(text: string): ParsedPrompt {
  const trimmed = text.trim();
  return trimmed === '' ? { problem: 'it is empty' } : { text: trimmed };
}
