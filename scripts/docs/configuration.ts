import { z } from 'zod';
import { orchestraYaml } from '../../src/contract/config/orchestra-yaml.ts';

/** docs/reference/orchestra-yaml.schema.json: what an `orchestra.yaml` may say, as JSON Schema for editors. */
export function configurationSchemaFile(): string {
  const { $schema, ...schema } = z.toJSONSchema(orchestraYaml, { io: 'input' });
  const titled = { ...($schema !== undefined && { $schema }), title: 'orchestra.yaml', ...schema };
  return `${JSON.stringify(titled, undefined, 2)}\n`;
}
