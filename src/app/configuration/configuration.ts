import type { AgentEntry } from '../../contract/config/agents.ts';
import type { OrchestraYaml } from '../../contract/config/orchestra-yaml.ts';
import type { Span } from '../../language/graph/span.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a project's files say of how it is to be worked on, put together: the sections of `orchestra.yaml`, and beside them: */
export interface Configuration extends Readonly<Omit<OrchestraYaml, 'agents' | 'prompts' | 'secrets'>> {
  /** The `orchestra.yaml`; absent where there is none. */
  readonly file?: string;
  /** The folder that relative paths of it start from. */
  readonly folder: string;
  /** Agents and profiles by name. */
  readonly agents: ReadonlyMap<string, ConfiguredAgent>;
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
