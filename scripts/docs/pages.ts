import { cliPage } from './cli.ts';
import { conformancePage } from './conformance.ts';
import { dotPage } from './dot.ts';
import { errorsPage } from './errors.ts';
import { eventsPage } from './events.ts';
import { configurationSchemaFile } from './configuration.ts';
import { machineInterfaceFile } from './machine-interface.ts';
import { rulesPage } from './rules.ts';
import { structurePage } from './structure.ts';

/** A page made from code and data; its committed copy is only for reading. */
export interface Page {
  /** Relative to the project's root. */
  readonly path: string;
  readonly text: string;
}

/** Every generated page, as it should be committed. */
export async function generatedPages(): Promise<readonly Page[]> {
  return [
    { path: 'docs/conformance.md', text: conformancePage() },
    { path: 'docs/reference/cli.md', text: cliPage() },
    { path: 'docs/reference/dot.md', text: dotPage() },
    { path: 'docs/reference/errors.md', text: errorsPage() },
    { path: 'docs/reference/events.md', text: eventsPage() },
    { path: 'docs/reference/machine-interface.schema.json', text: machineInterfaceFile() },
    { path: 'docs/reference/orchestra-yaml.schema.json', text: configurationSchemaFile() },
    { path: 'docs/reference/rules.md', text: await rulesPage() },
    { path: 'docs/structure.md', text: structurePage() },
  ];
}
