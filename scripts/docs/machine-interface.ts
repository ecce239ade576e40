import { machineInterfaceSchema } from '../../src/contract/machine-interface.ts';

/** docs/reference/machine-interface.schema.json: what is printed for programs, as JSON Schema. */
export function machineInterfaceFile(): string {
  return `${JSON.stringify(machineInterfaceSchema(), undefined, 2)}\n`;
}
