import { readFileSync, writeFileSync } from 'node:fs';
import { forbiddenLicences, unlistedBinaries } from './licences/check.ts';
import { noticesText } from './licences/notices.ts';
import { productionPackages } from './licences/packages.ts';

/**
 * `npm run licences` writes the notices; with `--check` nothing is written and a forgotten run fails.
 * Either way a dependency with a licence we do not accept fails.
 */
const notices = 'THIRD-PARTY-NOTICES.md';

const packages = await productionPackages('.');
const problems = [...forbiddenLicences(packages), ...unlistedBinaries(packages)];
const text = noticesText(packages);

if (!process.argv.includes('--check')) writeFileSync(notices, text);
else if (readFileSync(notices, 'utf8') !== text) problems.push(`${notices} is out of date: run \`npm run licences\``);

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
