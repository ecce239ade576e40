import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledIn } from './binaries.ts';
import type { Package } from './packages.ts';

const accepted = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0']);

/** One line for each package whose licence expression we do not accept. */
export function forbiddenLicences(packages: readonly Package[]): string[] {
  return packages
    .filter(({ licence }) => !isAccepted(licence))
    .map(({ name, version, licence }) => `${name}@${version} has the licence ${licence}, which is not on our list`);
}

/** Of `A OR B` one must be on the list, of `A AND B` both; nested expressions are for a person to judge. */
function isAccepted(expression: string): boolean {
  const terms = expression.replace(/^\((.*)\)$/, '$1');
  if (terms.includes(' AND ')) return terms.split(' AND ').every(isAccepted);
  return terms.split(' OR ').some((term) => accepted.has(term));
}

/** One line for each package with WebAssembly inside whose parts are not listed in `binaries.ts`. */
export function unlistedBinaries(packages: readonly Package[]): string[] {
  return packages
    .filter(({ name, folder }) => !(name in compiledIn) && hasWebAssembly(folder))
    .map(({ name }) => `${name} contains WebAssembly: list what is compiled into it in scripts/licences/binaries.ts`);
}

/** The first bytes of every WebAssembly module, as they look in base64. */
const encodedMagic = 'AGFzbQEAAAA';

function hasWebAssembly(folder: string): boolean {
  const files = globSync('**/*.{wasm,js,cjs,mjs}', { cwd: folder, exclude: ['node_modules/**'] });
  return files.some(
    (file) => file.endsWith('.wasm') || readFileSync(join(folder, file), 'latin1').includes(encodedMagic),
  );
}
