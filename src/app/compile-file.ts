import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { compile, type Compilation, type SourceFile } from '../language/compile.ts';
import type { LintRule } from '../language/lint/lint-rule.ts';
import { agentRule } from '../language/lint/rules/agents.ts';
import { agentProfiles } from '../language/transforms/agent-profiles.ts';
import type { Transform } from '../language/transforms/transform.ts';
import type { Configuration } from './configuration/configuration.ts';
import { customTypesOf, type Extensions } from './extensions.ts';
import { readTextFile } from './text-file.ts';

export interface CompileFileOptions {
  readonly extensions: Extensions;
  /** That of the pipeline's project, whose agents it can name. */
  readonly configuration: Configuration;
  /** Somebody else will do the work of all nodes: the agents they name need not be known. */
  readonly takesAnyAgent?: boolean | undefined;
  /** Refuses what is not in the Attractor text. */
  readonly attractorOnly?: boolean | undefined;
  /** Reads the habits of Graphviz that are otherwise refused. */
  readonly lenient?: boolean | undefined;
  /** Stands in the place of the goal that the file names. */
  readonly goal?: string | undefined;
  /** The path diagnostics show, where it is not the one the file is read by. */
  readonly shownPath?: string;
}

/**
 * Compiles a pipeline file and the child pipelines it names, relative to its folder.
 * @throws OrchestraError FILE_UNREADABLE when the file itself cannot be read
 */
export async function compileFile(path: string, options: CompileFileOptions): Promise<Compilation> {
  const text = await readTextFile(path, options.shownPath);
  return compileSource({ path: options.shownPath ?? path, text }, { ...options, folder: dirname(path) });
}

/** Compiles a pipeline text; child pipelines are looked for in `folder`, and below it beside the file that names them. */
export async function compileSource(source: SourceFile, options: CompileSourceOptions): Promise<Compilation> {
  const { extensions, attractorOnly, lenient, goal, folder } = options;
  const { transforms, rules } = await fromProject(source, options);
  return compile(source, {
    readFile: (path, from) => readChild(resolve(from === source.path ? folder : dirname(from), path)),
    customTypes: customTypesOf(extensions),
    rules: [...rules, ...(extensions.rules ?? [])],
    transforms: [...transforms, ...(extensions.transforms ?? [])],
    ...(attractorOnly === undefined ? {} : { attractorOnly }),
    ...(lenient === undefined ? {} : { lenient }),
    ...(goal === undefined ? {} : { goal }),
  });
}

interface CompileSourceOptions extends CompileFileOptions {
  readonly folder: string;
}

interface FromProject {
  readonly transforms: readonly Transform[];
  readonly rules: readonly LintRule[];
}

/** What a project's agents mean for its pipelines; one that never names an agent need not wait for them. */
async function fromProject({ text }: SourceFile, options: CompileSourceOptions): Promise<FromProject> {
  const { configuration, extensions, folder, takesAnyAgent = false } = options;
  if (configuration.agents.size === 0 && !/agent|race/.test(text)) return { transforms: [], rules: [] };
  const { readStaff } = await import('./staff.ts');
  const { profiles, names, problems } = await readStaff(configuration, extensions, folder);
  const known = takesAnyAgent ? { problems } : { names, problems };
  return { transforms: [agentProfiles(profiles)], rules: [agentRule(known)] };
}

/** A child that cannot be read is the compiler's finding, at the place that names it. */
async function readChild(file: string): Promise<SourceFile | undefined> {
  try {
    return { path: file, text: await readFile(file, 'utf8') };
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw thrown;
  }
}
