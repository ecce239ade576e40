import {
  Client,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/client/validators/cf-worker';
import type { McpServerSettings } from '../../../contract/config/tools.ts';
import { parseDuration } from '../../../shared/duration.ts';
import { messageOf, OrchestraError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { allowedEnvironment } from '../../../shared/process/environment.ts';
import { placeIn } from '../files/place.ts';
import { isListed } from '../tool-access.ts';
import { ToolProblem, type Tool, type ToolResult, type ToolServices } from '../tool.ts';
import { withVariables } from './environment-references.ts';
import { ProcessTransport } from './process-transport.ts';
import { resultOf } from './result-text.ts';
import { servedName } from './served-name.ts';

export interface McpServerParts {
  readonly name: string;
  readonly settings: McpServerSettings;
  readonly cwd: string;
  /** The environment of Orchestra. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  readonly allowEnv?: readonly string[];
  /** Of the session: the server ends with its signal. */
  readonly services: Pick<ToolServices, 'operation' | 'redactor' | 'emit' | 'signal'>;
}

/** Installing itself with npx or uvx takes some servers a while. */
const startMs = 60_000;
/** How often a program is started in a session: one that dies again would die for ever. */
const mostStarts = 2;

interface Connection {
  readonly client: Client;
  readonly transport: ProcessTransport | StreamableHTTPClientTransport;
}

/** One server of a session. It is started, or spoken to, when its tools are first asked for, and ended by `close`. */
export class McpServer {
  readonly #parts: McpServerParts;
  #connection: Promise<Connection> | undefined;
  #starts = 0;

  constructor(parts: McpServerParts) {
    this.#parts = parts;
  }

  /**
   * The tools it offers and its settings let through.
   * @throws OrchestraError TOOL_SOURCE_FAILED where it cannot be started, reached or understood
   */
  async tools(): Promise<readonly Tool[]> {
    const { name, settings } = this.#parts;
    try {
      const { client } = await this.#connected();
      const { tools } = await client.listTools(undefined, { timeout: startMs, signal: this.#parts.services.signal });
      return tools
        .filter((tool) => !settings.allow || isListed(settings.allow, tool.name))
        .map(({ name: tool, title, description, inputSchema }) => ({
          name: servedName(name, tool),
          description: description ?? title ?? tool,
          parameters: inputSchema as JsonObject, // JSON, as it came over the wire
          access: settings.access,
          run: (input, services) => this.#call(tool, input, services),
        }));
    } catch (thrown) {
      if (thrown instanceof OrchestraError) throw thrown;
      this.#parts.services.signal.throwIfAborted();
      const message = thrown instanceof ToolProblem ? thrown.message : `The MCP server ${name}: ${messageOf(thrown)}`;
      throw new OrchestraError('TOOL_SOURCE_FAILED', message, { cause: thrown });
    }
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined); // why it failed was said to whoever asked for it
    await connection?.client.close();
  }

  async #call(tool: string, input: JsonObject, { signal }: ToolServices): Promise<ToolResult> {
    const { name, settings } = this.#parts;
    const connection = await this.#connected();
    const timeout = parseDuration(settings.timeout) ?? startMs; // the schema of the section lets only durations through
    try {
      return resultOf(await connection.client.callTool({ name: tool, arguments: { ...input } }, { signal, timeout }));
    } catch (thrown) {
      signal.throwIfAborted();
      throw new ToolProblem(`The MCP server ${name}: ${await this.#problemOf(thrown, connection)}`, { cause: thrown });
    }
  }

  async #problemOf(thrown: unknown, { client, transport }: Connection): Promise<string> {
    if (transport instanceof ProcessTransport) {
      // A program that is gone says more than the broken connection.
      return client.transport === undefined
        ? `it ended during this call: ${await transport.ending()}`
        : messageOf(thrown);
    }
    // What it has answered, or has not in time, is no reason to begin anew; everything else may be a session it has lost.
    if (thrown instanceof ProtocolError || isTimeout(thrown)) return messageOf(thrown);
    this.#forget();
    await client.close();
    return causesOf(thrown);
  }

  #connected(): Promise<Connection> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<Connection> {
    const { name, services } = this.#parts;
    const transport = await this.#transport();
    // Schemas of servers are interpreted, not compiled to code as the SDK would on Node.
    const client = new Client(
      { name: 'orchestra', version: '1' },
      { jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
    );
    try {
      await client.connect(transport, { timeout: startMs, signal: services.signal });
      return { client, transport };
    } catch (thrown) {
      services.signal.throwIfAborted();
      await client.close();
      this.#forget();
      const ending = transport instanceof ProcessTransport ? await transport.ending() : undefined;
      throw new ToolProblem(`The MCP server ${name} did not come up: ${ending ?? causesOf(thrown)}`, { cause: thrown });
    }
  }

  async #transport(): Promise<Connection['transport']> {
    const { name, settings, cwd, baseEnv, allowEnv, services } = this.#parts;
    const place = `mcp_servers.${name}`;
    const { command, args = [], env = {}, url, headers = {} } = settings;
    if (url !== undefined) {
      const requestInit = { headers: withAll(headers, baseEnv, `${place}.headers`) };
      return new StreamableHTTPClientTransport(new URL(url), { requestInit });
    }
    if (command === undefined) throw new Error(`${place} has neither command nor url`); // the schema lets none through
    if (this.#starts === mostStarts)
      throw new ToolProblem(`The MCP server ${name} ended ${mostStarts} times and is not started again.`);
    this.#starts += 1;
    const set = withAll(env, baseEnv, `${place}.env`);
    return new ProcessTransport({
      command,
      args,
      cwd: (await placeIn(cwd, settings.cwd ?? '.')).path,
      env: allowedEnvironment({ base: baseEnv, set, ...(allowEnv && { allow: allowEnv }) }),
      services,
      onEnd: () => this.#forget(),
    });
  }

  /** The next call makes a new connection. */
  #forget(): void {
    this.#connection = undefined;
  }
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof SdkError && thrown.code === SdkErrorCode.RequestTimeout;
}

/** `fetch failed` alone says nothing; what is behind it does, and so does the status of an answer. */
function causesOf(thrown: unknown): string {
  const message =
    thrown instanceof SdkHttpError ? `HTTP ${thrown.data.status}: ${messageOf(thrown)}` : messageOf(thrown);
  return thrown instanceof Error && thrown.cause !== undefined ? `${message} (${causesOf(thrown.cause)})` : message;
}

function withAll(
  values: Readonly<Record<string, string>>,
  env: McpServerParts['baseEnv'],
  place: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, withVariables(value, env, `${place}.${name}`)]),
  );
}
