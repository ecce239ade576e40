import { z } from 'zod';

/** What a tool touches, by which the permissions of a session decide: `read` and `write` stay in the working folder. */
const access = z.enum(['read', 'write', 'execute']);

const duration = z.string().regex(/^\d{1,9}(?:ms|s|m|h|d)$/, 'write a duration such as 30s or 5m');

const parameter = z
  .strictObject({
    type: z.enum(['string', 'integer', 'number', 'boolean']),
    /** For the model. */
    description: z.string().optional(),
    /** Whether a call without it is refused. */
    required: z.boolean().default(false),
    /** What stands in its place where a call has none. */
    default: z.union([z.string(), z.number(), z.boolean()]).optional(),
    /** The only values it may have. */
    enum: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .optional(),
  })
  .superRefine(({ type, default: fallback, enum: values = [] }, context) => {
    const fits = (value: string | number | boolean): boolean =>
      type === 'integer' ? Number.isInteger(value) : typeof value === type;
    if (fallback !== undefined && !fits(fallback))
      context.addIssue({ code: 'custom', path: ['default'], message: `is no ${type}` });
    if (values.some((value) => !fits(value)))
      context.addIssue({ code: 'custom', path: ['enum'], message: `holds a value that is no ${type}` });
    if (fallback !== undefined && values.length > 0 && !values.includes(fallback))
      context.addIssue({ code: 'custom', path: ['default'], message: 'is not one of the values of enum' });
  });

/** A command of the project that models may run, and nothing else of the shell. */
const shellTool = z.strictObject({
  /** What models call it. */
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'a name has letters, digits, _ and -, at most 64 of them'),
  /** Shell text. `{parameter}` stands for the value of a parameter as one word; `$ORCHESTRA_PARAM_<NAME>` holds it as well. */
  command: z.string().min(1),
  /** What it does and when to use it, for the model. */
  description: z.string().min(1),
  /** What a call may say, by name. */
  parameters: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a parameter has letters, digits and _'), parameter)
    .default({}),
  /** What it touches. `read` and `write` let it run without `full` permissions: say so only of commands that do no more. */
  access: access.default('execute'),
  /** When the command is ended, with everything it started. */
  timeout: duration.default('120s'),
  /** The folder it runs in, inside the working folder. */
  cwd: z.string().optional(),
});

const server = {
  /** Names of the server's tools that are offered; a trailing `*` stands for any ending. All unless told. */
  allow: z.array(z.string()).optional(),
  /** What its tools touch. What a server says of itself is not believed. */
  access: access.default('execute'),
  /** How long one call may take. */
  timeout: duration.default('120s'),
};

const localServer = z.strictObject({
  /** The program of the server, which speaks MCP on its standard streams. */
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  /** Its variables beside the allow-listed ones. `${NAME}` stands for a variable of Orchestra's environment. */
  env: z.record(z.string(), z.string()).default({}),
  /** The folder it runs in: the working folder unless told, else inside it. */
  cwd: z.string().optional(),
  ...server,
});

const remoteServer = z.strictObject({
  /** Where the server speaks MCP over streamable HTTP. */
  url: z.url({ protocol: /^https?$/ }),
  /** Sent with every request. `${NAME}` stands for a variable of Orchestra's environment. */
  headers: z.record(z.string(), z.string()).default({}),
  ...server,
});

/** Section `tools`: commands of the project as tools. */
export const toolsSection = z.array(shellTool).superRefine((tools, context) => {
  const seen = new Set<string>();
  for (const [index, { name }] of tools.entries()) {
    if (seen.has(name))
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `another tool is called ${name}` });
    seen.add(name);
  }
});

/** Section `mcp_servers`: servers of the Model Context Protocol whose tools models may use, as `<server>__<tool>`. */
export const mcpServersSection = z.record(
  z.string().regex(/^(?!.*__)[A-Za-z0-9_-]{1,32}$/, 'a server has letters, digits, - and single _, at most 32 of them'),
  z.union([localServer, remoteServer]),
);

export type ShellToolSettings = z.infer<typeof shellTool>;
export type ShellToolParameter = z.infer<typeof parameter>;
export type ToolsSection = z.infer<typeof toolsSection>;
export type McpServersSection = z.infer<typeof mcpServersSection>;
export type McpServerSettings = McpServersSection[string];
