import type { z } from 'zod';
import type { Tool } from '../agents/tools/tool.ts';
import { toolName, zodTool, type ZodTool } from '../agents/tools/zod-tool.ts';
import { OrchestraError } from '../shared/errors.ts';

/**
 * A tool for models from a function. Its input is a zod schema (zod 4), told to models as JSON Schema and checked before each
 * call. What the function throws is told to the model. It may be called again after a crash, with the same `services.key`.
 *
 * @example
 * const issue = defineTool({
 *   name: 'read-issue',
 *   description: 'Reads an issue of the tracker by its number.',
 *   input: z.object({ number: z.int().min(1) }),
 *   access: 'execute',
 *   run: ({ number }, { signal }) => tracker.read(number, signal),
 * });
 * await run('pipeline.dot', { extensions: { tools: [issue] } });
 * @throws OrchestraError EXTENSION_INVALID for a name that model APIs refuse
 */
export function defineTool<Input extends z.ZodObject>(definition: ZodTool<Input>): Tool {
  if (toolName.test(definition.name)) return zodTool(definition);
  throw new OrchestraError('EXTENSION_INVALID', `a tool cannot be called "${definition.name}"`);
}
