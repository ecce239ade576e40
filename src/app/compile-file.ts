import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { compile, type Compilation, type SourceFile } from '../language/compile.ts';
import { customTypesOf, type Extensions } from './extensions.ts';
import { readTextFile } from './text-file.ts';

export interface CompileFileOptions {
  readonly extensions: Extensions;
  /** Refuses what is not in the Attractor text. */
  readonly attractorOnly?: boolean | undefined;
  /** Reads the habits of Graphviz that are otherwise refused. */
  readonly lenient?: boolean | undefined;
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
export function compileSource(
  source: SourceFile,
  { extensions, attractorOnly, lenient, folder }: CompileFileOptions & { readonly folder: string },
): Promise<Compilation> {
  return compile(source, {
    readFile: (path, from) => readChild(resolve(from === source.path ? folder : dirname(from), path)),
    customTypes: customTypesOf(extensions),
    ...(extensions.rules ? { rules: extensions.rules } : {}),
    ...(extensions.transforms ? { transforms: extensions.transforms } : {}),
    ...(attractorOnly === undefined ? {} : { attractorOnly }),
    ...(lenient === undefined ? {} : { lenient }),
  });
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
