import { attributeCatalogue, type AttributeEntry, type AttributeOwner } from '../../src/language/graph/attribute-catalogue.ts';
import { shapeToHandler } from '../../src/language/graph/handler-type.ts';
import { generatedFrom, table } from './markdown.ts';

const owners: Readonly<Record<AttributeOwner, string>> = { graph: 'Graph', node: 'Node', edge: 'Edge' };

/** docs/reference/dot.md: every attribute with a meaning, the extensions marked, and the shapes. */
export function dotPage(): string {
  const parts = (Object.keys(owners) as AttributeOwner[]).map((owner) => {
    const entries = attributeCatalogue.filter(({ on }) => on === owner);
    return `## ${owners[owner]} attributes\n\n${table(['Key', 'Kind', 'Default', 'Section', 'Meaning'], entries.map(cells))}`;
  });
  return `${generatedFrom('src/language/graph/attribute-catalogue.ts')}

# DOT attributes

Pipelines are written in the DOT subset of the Attractor specification, whose files run unchanged. The section column names
the place in that text; *extension* marks what is ours (\`orchestra compile --attractor-only\` refuses it). Other attributes are
kept and have no effect. A duration is a number with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`, a list is separated by commas.

${parts.join('\n\n')}

## Shapes

${table(
  ['Shape', 'Handler type'],
  [...shapeToHandler].map(([shape, handler]) => [`\`${shape}\``, `\`${handler}\``]),
)}
`;
}

function cells({ key, kind, values, default: fallback, handlers, section, description }: AttributeEntry): readonly string[] {
  const only = handlers === undefined ? '' : ` On ${handlers.map((type) => `\`${type}\``).join(', ')}.`;
  const words = values === undefined ? kind : `${kind}: ${values.map((value) => `\`${value}\``).join(', ')}`;
  const place = section === 'extension' ? '*extension*' : section;
  return [`\`${key}\``, words, fallback ?? '', place, description + only];
}
