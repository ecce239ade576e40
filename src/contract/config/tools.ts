import { z } from 'zod';

const access = z
  .enum(['read', 'write', 'execute'])
  .default('execute')
  .describe(
    'What it touches, by which the permissions of a session decide: `read` and `write` stay in the working folder.',
  );

const duration = z.string().regex(/^\d{1,9}(?:ms|s|m|h|d)$/, 'a duration is a whole number with a unit, such as 30s');
const timeout = duration.default('120s').describe('When a call is ended, such as `30s`.');
const value = z.union([z.string(), z.number(), z.boolean()]);

const parameter = z
  .strictObject({
    type: z.enum(['string', 'integer', 'number', 'boolean']),
    description: z.string().optional().describe('For the model.'),
    required: z.boolean().default(false).describe('Whether a call without it is refused.'),
    default: value.optional().describe('What stands in its place where a call has none.'),
    enum: z.array(value).min(1).optional().describe('The only values it may have.'),
  })
  .superRefine(({ type, default: fallback, enum: values = [] }, context) => {
    const report = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
    const fits = (one: z.infer<typeof value>): boolean =>
      type === 'integer' ? Number.isInteger(one) : typeof one === type;
    if (values.some((one) => !fits(one))) report('enum', `enum holds a value that is no ${type}`);
    if (fallback === undefined) return;
    if (!fits(fallback)) report('default', `the default is no ${type}`);
    if (values.length > 0 && !values.includes(fallback))
      report('default', 'the default is not one of the values of enum');
  });

const shellTool = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a name has letters, digits, _ and -, at most 64 of them')
    .describe('What models call it.'),
  command: z
    .string()
    .min(1)
    .describe(
      'Shell text. `{name}` stands for the value of a parameter as one word; `$ORCHESTRA_PARAM_NAME` holds it too.',
    ),
  description: z.string().min(1).describe('What it does and when to use it, for the model.'),
  parameters: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a parameter has letters, digits and _'), parameter)
    .default({})
    .describe('What a call may say, by name.'),
  access,
  timeout,
  cwd: z.string().optional().describe('The folder it runs in, inside the working folder.'),
});

export const toolsSection = z
  .array(shellTool)
  .superRefine((tools, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of tools.entries()) {
      if (seen.has(name))
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `another tool is called ${name}` });
      seen.add(name);
    }
  })
  .describe('Commands of the project that models may run, and nothing else of the shell.');

const server = z
  .strictObject({
    command: z
      .string()
      .min(1)
      .optional()
      .describe('The program of the server, which speaks MCP on its standard streams.'),
    args: z.array(z.string()).optional().describe('With `command`: its arguments.'),
    env: z
      .record(z.string(), z.string())
      .optional()
      .describe('With `command`: its variables beside the allow-listed ones. `${NAME}` stands for one of Orchestra.'),
    cwd: z.string().optional().describe('With `command`: the folder it runs in, inside the working folder.'),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Where the server speaks MCP over streamable HTTP.'),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe("With `url`: sent with every request. `${NAME}` stands for a variable of Orchestra's environment."),
    allow: z
      .array(z.string())
      .optional()
      .describe("Names of the server's tools that are offered; a trailing `*` stands for any ending. All unless told."),
    access,
    timeout,
  })
  .superRefine((settings, context) => {
    const { command, url } = settings;
    if ((command === undefined) === (url === undefined))
      return context.addIssue({ code: 'custom', message: 'a server has either a command or a url' });
    const foreign = url === undefined ? (['headers'] as const) : (['args', 'env', 'cwd'] as const);
    for (const key of foreign) {
      if (settings[key] === undefined) continue;
      const message = `${key} has no meaning for a server with a ${url === undefined ? 'command' : 'url'}`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  });

export const mcpServersSection = z
  .record(
    z
      .string()
      .regex(/^(?!.*__)[A-Za-z0-9_-]{1,32}$/, 'a server has letters, digits, - and single _, at most 32 of them'),
    server,
  )
  .describe('Servers of the Model Context Protocol whose tools models may use, as `<server>__<tool>`.');

export type ShellToolSettings = z.infer<typeof shellTool>;
export type ShellToolParameter = z.infer<typeof parameter>;
export type ToolsSection = z.infer<typeof toolsSection>;
export type McpServerSettings = z.infer<typeof server>;
export type McpServersSection = z.infer<typeof mcpServersSection>;
