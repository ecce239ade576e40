import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { init } from 'license-checker-rseidelsohn';

/** A package that is installed with ours. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  readonly repository: string | undefined;
  /** The licence text the package ships, where it ships one. */
  readonly text: string | undefined;
  readonly folder: string;
}

/** Every package our production dependencies bring along, ourselves and the workspace left out, by name. */
export async function productionPackages(root: string): Promise<readonly Package[]> {
  const found = await promisify(init)({
    start: root,
    production: true,
    excludePrivatePackages: true,
    customFormat: { name: '', version: '', licenseText: '' },
  });
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly name: string };
  return Object.values(found)
    .filter((module) => module.name !== own.name)
    .map((module) => ({
      name: module.name ?? '',
      version: module.version ?? '',
      licence: [module.licenses ?? 'UNKNOWN'].flat().join(' AND '),
      repository: module.repository,
      text: isLicenceFile(module.licenseFile) ? module.licenseText?.trim() : undefined,
      folder: module.path ?? '',
    }))
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** The checker falls back to the read-me, which is no licence text. */
function isLicenceFile(file: string | undefined): boolean {
  return file !== undefined && !/^readme/i.test(basename(file));
}
