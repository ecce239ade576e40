import { z } from 'zod';
import type { JsonObject } from '../../shared/json.ts';
import { ToolProblem } from './tool.ts';
import type { Tool, ToolAccess, ToolResult, ToolServices } from './tool.ts';

/** What tools are called in all model APIs. */
export const toolName = /^[A-Za-z0-9_-]{1,64}$/;

/** A tool whose input is described by a zod schema. */
export interface ZodTool<Input extends z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly input: Input;
  readonly access: ToolAccess;
  /** A text is a result that went well. */
  run(input: z.output<Input>, services: ToolServices): Promise<ToolResult | string> | ToolResult | string;
}

/** The schema of the input is told to models as JSON Schema; what JSON Schema cannot say is checked when the tool is called. */
export function zodTool<Input extends z.ZodObject>(definition: ZodTool<Input>): Tool {
  const { name, description, input: schema, access } = definition;
  return {
    name,
    description,
    access,
    parameters: jsonSchemaOf(schema),
    async run(input, services) {
      const read = await schema.safeParseAsync(input);
      if (!read.success) throw new ToolProblem(`Wrong input for ${name}: ${z.prettifyError(read.error)}`);
      const result = await definition.run(read.data, services);
      return typeof result === 'string' ? { text: result, isError: false } : result;
    },
  };
}

function jsonSchemaOf(schema: z.ZodObject): JsonObject {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // What every integer has and no model needs.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  // Through JSON, which drops what zod adds beside the schema itself.
  return JSON.parse(JSON.stringify(described)) as JsonObject;
}
