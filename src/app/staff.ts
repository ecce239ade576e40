import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cliAgents } from '../agents/cli/all-agents.ts';
import { findPromptFile } from '../agents/prompts/find-prompt-file.ts';
import { parsePromptFile } from '../agents/prompts/parse-prompt-file.ts';
import { promptLayers, type PromptLayer } from '../contract/prompt-layer.ts';
import { stringAttribute } from '../language/graph/attributes.ts';
import type { Attribute } from '../language/graph/graph.ts';
import type { AgentProfile } from '../language/transforms/agent-profiles.ts';
import type { Configuration, ConfiguredAgent } from './configuration/configuration.ts';
import { agentRegistry } from './agent-registry.ts';
import { agentIdOf, isDriver, isProfile } from './drivers.ts';
import type { Extensions } from './extensions.ts';

/** Everybody the pipelines of a project can name. */
export interface Staff {
  readonly profiles: ReadonlyMap<string, AgentProfile>;
  /** Every word that means an agent, a profile or a backend. */
  readonly names: ReadonlySet<string>;
  /** What is wrong with profiles, by name. */
  readonly problems: ReadonlyMap<string, readonly string[]>;
  /** The prompt files of profiles, by profile and layer. */
  readonly files: ReadonlyMap<string, ReadonlyMap<PromptLayer, string>>;
}

/**
 * Reads who there is in a project, prompt files included.
 * @param pipelineFolder where prompt files are looked for first
 * @throws OrchestraError CONFIG_INVALID for an entry that is neither an agent nor a profile
 */
export async function readStaff(
  configuration: Configuration,
  extensions: Extensions,
  pipelineFolder: string,
): Promise<Staff> {
  const configured = [...configuration.agents.values()].filter(({ entry }) => isProfile(entry));
  const folders = promptFolders(configuration, pipelineFolder);
  const read = await Promise.all(configured.map((agent) => readProfile(agent, folders, configuration)));
  return {
    profiles: new Map(read.map(({ profile }) => [profile.name, profile])),
    names: knownNames(configuration, extensions),
    problems: new Map(read.map(({ profile, problems }) => [profile.name, problems])),
    files: new Map(read.map(({ profile, files }) => [profile.name, files])),
  };
}

function promptFolders({ folder, promptPaths, env }: Configuration, pipelineFolder: string): readonly string[] {
  const home = env['HOME'];
  const own = [pipelineFolder, folder, ...promptPaths, ...(home === undefined ? [] : [join(home, '.orchestra')])];
  return [...new Set(own)];
}

function knownNames(configuration: Configuration, extensions: Extensions): ReadonlySet<string> {
  return new Set([
    ...configuration.agents.keys(),
    ...agentRegistry({ configuration, extensions }).keys(),
    ...cliAgents.flatMap(({ aliases = [] }) => aliases),
    'scripted',
  ]);
}

interface ReadProfile {
  readonly profile: AgentProfile;
  readonly problems: readonly string[];
  readonly files: ReadonlyMap<PromptLayer, string>;
}

async function readProfile(
  configured: ConfiguredAgent,
  folders: readonly string[],
  { folder }: Configuration,
): Promise<ReadProfile> {
  const { name, entry, spanOf } = configured;
  const layers = await Promise.all(
    promptLayers.flatMap((layer) => {
      const file = entry[layer];
      return file === undefined ? [] : [readLayer(layer, file, folders)];
    }),
  );
  const agent = entry.agent ?? (isDriver(name, entry) ? agentIdOf(name) : undefined);
  const agentSpan = entry.agent === undefined ? spanOf() : spanOf('agent');
  return {
    profile: {
      name,
      span: spanOf(),
      ...(agent !== undefined && { agent: stringAttribute('agent', agent, 'transform', agentSpan) }),
      attributes: [
        ...settingsOf(configured),
        ...layers.flatMap(({ layer, text }) =>
          text === undefined ? [] : [stringAttribute(`agent.${layer}`, text, 'transform', spanOf(layer))],
        ),
      ],
    },
    problems: layers.flatMap(({ problem }) => problem ?? []),
    files: new Map(
      layers.flatMap(({ layer, path }) => (path === undefined ? [] : [[layer, relative(folder, path)] as const])),
    ),
  };
}

interface ReadLayer {
  readonly layer: PromptLayer;
  readonly path?: string;
  readonly text?: string;
  readonly problem?: string;
}

async function readLayer(layer: PromptLayer, name: string, folders: readonly string[]): Promise<ReadLayer> {
  const path = findPromptFile(name, layer, folders);
  if (path === undefined) return { layer, problem: `there is no ${layer} file "${name}" in ${folders.join(', ')}` };
  const parsed = parsePromptFile(path, await readFile(path, 'utf8'), layer);
  if ('problem' in parsed) return { layer, path, problem: `${layer} file ${path}: ${parsed.problem}` };
  return { layer, path, text: parsed.text };
}

/** What an entry says beside its prompt, as attributes of its nodes. */
function settingsOf({ entry, spanOf }: ConfiguredAgent): readonly Attribute[] {
  const { model, provider, effort, tools, permissions, mode, fallback, budget = {} } = entry;
  const said: readonly (readonly [key: string, text: string | number | undefined, ...path: string[]])[] = [
    ['llm_model', model, 'model'],
    ['llm_provider', provider, 'provider'],
    ['reasoning_effort', effort, 'effort'],
    ['agent.tools', tools?.join(','), 'tools'],
    ['agent.permissions', permissions, 'permissions'],
    ['agent.mode', mode, 'mode'],
    ['agent.fallback', fallback?.join(','), 'fallback'],
    ...Object.entries(budget).map(([key, limit]) => [`budget.${key}`, limit, 'budget', key] as const),
  ];
  return said.flatMap(([key, text, ...path]) =>
    text === undefined ? [] : [stringAttribute(key, String(text), 'transform', spanOf(...path))],
  );
}
