import type { AgentEntry } from '../../contract/config/agents.ts';
import type { OrchestraYaml } from '../../contract/config/orchestra-yaml.ts';
import type { LimitsSection } from '../../contract/config/limits.ts';
import type { PricesSection } from '../../contract/config/prices.ts';
import { noSpan, type Span } from '../../language/graph/span.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a project's files say of how it is to be worked on, put together. */
export interface Configuration {
  /** The `orchestra.yaml`; absent where there is none. */
  readonly file?: string;
  /** The folder that relative paths of it start from. */
  readonly folder: string;
  /** Backend of codergen nodes where neither flag nor pipeline names one. */
  readonly backend?: string;
  /** Agents and profiles by name. */
  readonly agents: ReadonlyMap<string, ConfiguredAgent>;
  /** Commands and servers that models may use as tools. */
  readonly tools?: OrchestraYaml['tools'];
  readonly mcpServers?: OrchestraYaml['mcp_servers'];
  /** What stands around the commands of tool nodes. */
  readonly toolNodes?: OrchestraYaml['tool_nodes'];
  /** How much agents are asked. */
  readonly limits?: LimitsSection;
  /** What models cost, before what Orchestra knows of it. */
  readonly prices?: PricesSection;
  /** Folders with prompt files, absolute. */
  readonly promptPaths: readonly string[];
  /** Names of environment variables whose values never reach the journal. */
  readonly secrets: readonly string[];
  /** The environment agents are started from: that of this process, and below it the project's `.env`. */
  readonly env: Environment;
}

export interface ConfiguredAgent {
  readonly name: string;
  readonly entry: AgentEntry;
  /** Where a key of the entry stands, or the entry itself. */
  spanOf(...path: readonly (string | number)[]): Span;
}

/** That of a project without files. */
export function defaultConfiguration(folder: string, env: Environment): Configuration {
  return { folder, agents: new Map(), promptPaths: [], secrets: [], env };
}

/** An entry no file says, for tests and programs. */
export function configuredAgent(name: string, entry: AgentEntry): ConfiguredAgent {
  return { name, entry, spanOf: () => noSpan('orchestra.yaml') };
}
