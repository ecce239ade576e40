import { resolve } from 'node:path';
import { orchestraYaml } from '../../contract/config/orchestra-yaml.ts';
import { readTextFile } from '../text-file.ts';
import { readAgentsYaml } from './agents-yaml.ts';
import type { Configuration, ConfiguredAgent, Environment } from './configuration.ts';
import { readYamlDocument, type YamlDocument } from './yaml-document.ts';

export interface ConfigurationFiles {
  readonly root: string;
  readonly env: Environment;
  readonly file?: string;
  readonly agentsFile?: string;
}

/**
 * Reads the files of a project; what `orchestra.yaml` says of an agent stands above what `agents.yaml` says.
 * @throws OrchestraError CONFIG_INVALID, FILE_UNREADABLE
 */
export async function parseConfiguration({ root, env, file, agentsFile }: ConfigurationFiles): Promise<Configuration> {
  const document = readYamlDocument(file ?? 'orchestra.yaml', file ? await readTextFile(file) : '', orchestraYaml);
  const { agents = {}, prompts, secrets = [], ...sections } = document.value;
  const entries = Object.entries(agents).map(([name, entry]) => ({
    name,
    entry,
    spanOf: spansBelow(document, ['agents', name]),
  }));
  const drivers = agentsFile === undefined ? [] : readAgentsYaml(agentsFile, await readTextFile(agentsFile));
  return {
    ...sections,
    ...(file !== undefined && { file }),
    folder: root,
    agents: new Map([...drivers, ...entries].map((agent): [string, ConfiguredAgent] => [agent.name, agent])),
    promptPaths: (prompts?.paths ?? []).map((path) => resolve(root, path)),
    secrets,
    env,
  };
}

/** Places below a path of a document. */
export function spansBelow(document: YamlDocument<unknown>, base: readonly string[]): ConfiguredAgent['spanOf'] {
  return (...path) => document.spanOf([...base, ...path]);
}
