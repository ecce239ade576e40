/**
 * The arrows of ARCHITECTURE.md as rules. A folder may import itself and what stands in its list;
 * everything else of ours fails the build.
 */
const layers = {
  shared: [],
  contract: ['shared'],
  language: ['contract', 'shared'],
  engine: ['language', 'contract', 'shared'],
  journal: ['engine', 'language', 'contract', 'shared'],
  runtime: ['engine', 'language', 'contract', 'shared'],
  agents: ['engine', 'language', 'contract', 'shared'],
  workspace: ['engine', 'language', 'contract', 'shared'],
  people: ['engine', 'language', 'contract', 'shared'],
  memory: ['engine', 'language', 'contract', 'shared'],
  gate: ['engine', 'language', 'contract', 'shared'],
  workflows: ['engine', 'language', 'contract', 'shared'],
  missions: ['engine', 'language', 'contract', 'shared'],
};

/** The four doors import `app/`, which may import everything below; no door imports another. */
const below = Object.keys(layers);
const doors = { cli: [], server: [], mcp: [], library: [] };
const appPath = '^src/app/';

const tests = '\\.test\\.ts$';
const folders = (names) => `^src/(?:${names.join('|')})/`;

const layerRules = Object.entries({ ...layers, app: below }).map(([folder, allowed]) => ({
  name: `layer-${folder}`,
  severity: 'error',
  comment: `src/${folder}/ may import ${['itself', ...allowed].join(', ')}, and nothing else of ours.`,
  from: { path: `^src/${folder}/`, pathNot: tests },
  to: { path: '^(?:src|web|test|bench|examples|scripts)/', pathNot: folders([folder, ...allowed]) },
}));

const doorRules = Object.keys(doors).map((door) => ({
  name: `door-${door}`,
  severity: 'error',
  comment: `src/${door}/ is a door: it goes through src/app/ and never through another door.`,
  from: { path: `^src/${door}/`, pathNot: tests },
  to: { path: '^(?:src|web|test|bench|examples|scripts)/', pathNot: folders([door, 'app', ...below]) },
}));

/** Helpers of src/shared/ that touch the machine. Everything else there is pure. */
const machineHelpers = '^src/shared/(?:clock|process|hash|failpoint|make-folders)(?:\\.ts$|/)';

export default {
  forbidden: [
    ...layerRules,
    ...doorRules,
    {
      name: 'app-is-behind-the-doors',
      severity: 'error',
      comment: 'Only cli, server, mcp and the library wire real parts together, through src/app/.',
      from: {
        pathNot: `${appPath}|^src/(?:cli|server|mcp|library)/|^src/index\\.ts$|^(?:test|bench|examples|scripts)/|${tests}`,
      },
      to: { path: appPath },
    },
    {
      name: 'library-entry',
      severity: 'error',
      comment: 'src/index.ts publishes what app/ and the layers below offer; the doors stay private.',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/', pathNot: folders(['library', 'app', ...below]) },
    },
    {
      name: 'pure-core-imports-no-node',
      severity: 'error',
      comment: 'language/ and engine/ also run in the browser and inside a worker: no Node built-ins.',
      from: { path: '^src/(?:language|engine|contract)/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-core-touches-no-machine',
      severity: 'error',
      comment: 'language/ and engine/ read no clock, no randomness and no process (R4).',
      from: { path: '^src/(?:language|engine|contract)/', pathNot: tests },
      to: { path: machineHelpers },
    },
    {
      name: 'pure-shared-stays-pure',
      severity: 'error',
      comment:
        'The pure files of shared/ are used by language/ and engine/, so they may not lead to the machine either.',
      from: { path: '^src/shared/', pathNot: `${tests}|${machineHelpers}` },
      to: { path: machineHelpers },
    },
    {
      name: 'web-sees-the-pure-part',
      severity: 'error',
      comment: 'The page lints and dry-runs pipelines with the same code; it never sees the server side.',
      from: { path: '^web/' },
      to: { path: '^(?:src|test|bench|examples|scripts)/', pathNot: folders(['contract', 'language', 'engine']) },
    },
    {
      name: 'production-imports-no-test',
      severity: 'error',
      comment: 'What ships does not depend on tests, scripts, benchmarks or examples.',
      from: { path: '^(?:src|web|bin)/', pathNot: tests },
      to: { path: `^(?:test|bench|examples|scripts)/|${tests}` },
    },
    {
      name: 'production-dependencies-only',
      severity: 'error',
      comment: 'A published file may not need a development dependency.',
      from: { path: '^(?:src|bin)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-optional', 'npm-peer', 'type-only'] },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      comment: 'Every package we import stands in package.json.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import that leads nowhere.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^\\.\\./(?:src/cli/main\\.ts|dist/cli/main\\.js)$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'No cycles anywhere, type-only imports included.',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The peers of a benchmark stand in bench/package.json and are not installed here.
    exclude: { path: '^(?:dist|coverage|node_modules/\\.cache|bench/(?:peers|node_modules))/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
    builtInModules: { add: ['node:sqlite', 'node:test', 'node:sea'] },
  },
};
