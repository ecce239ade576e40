import { globSync } from 'node:fs';
import { build } from 'esbuild';
import { expect } from 'vitest';
import { verifies } from './support/verifies.ts';

/** The folders that run in Node.js, inside a worker and in the browser alike. */
const pureFolders = ['contract', 'language', 'engine'];

/** What a browser starts: the page, and the worker that uses those folders. */
const browserEntries = ['web/src/main.tsx', 'web/src/analysis-worker.ts'];

verifies(
  'durability:R4:pure',
  'the pure folders bundle for a browser, without Node.js and without generated code',
  async () => {
    const entryPoints = globSync(`src/{${pureFolders.join(',')}}/**/*.ts`, { exclude: ['**/*.test.ts'] });
    expect(entryPoints.length).toBeGreaterThan(0);
    const { errors, outputFiles, metafile } = await build({
      entryPoints: [...entryPoints, ...browserEntries],
      bundle: true,
      platform: 'browser',
      format: 'esm',
      splitting: true,
      outdir: 'unused',
      loader: { '.css': 'empty', '.dot': 'text', '.wasm': 'empty' },
      jsx: 'automatic',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    expect(errors).toEqual([]);
    // Packages that fall back to Node.js behind the bundler's back would still name its modules.
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
    expect(imports.filter((path) => path.startsWith('node:'))).toEqual([]);
    // A page with a content security policy refuses both.
    const generators = outputFiles.filter(({ text }) => /\bnew Function\(|\beval\(/.test(text)).map(({ path }) => path);
    expect(generators).toEqual([]);
  },
);

verifies('durability:R4:pure', 'what a page runs holds no validator that tries to generate code', async () => {
  const { metafile } = await build({
    entryPoints: browserEntries,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    outdir: 'unused',
    loader: { '.css': 'empty', '.dot': 'text', '.wasm': 'empty' },
    jsx: 'automatic',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const validators = Object.keys(metafile.inputs).filter((path) => /node_modules\/(?:zod|ajv)\//.test(path));
  expect(validators).toEqual([]);
});
