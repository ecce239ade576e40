import { attributeCatalogue, type AttributeEntry, type AttributeOwner } from '../../src/language/graph/attribute-catalogue.ts';
import { shapeToHandler } from '../../src/language/graph/handler-type.ts';
import { formatDot } from '../../src/language/dot/format-dot.ts';
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

## Habits of Graphviz

Files of other tools often say things that the subset refuses though there is no doubt what is meant. With \`--lenient\` these
are read, each with a warning; \`orchestra fmt --fix --lenient FILE\` writes them as the subset wants. In JSON a diagnostic of
such a habit, warning or error, carries the \`edits\` that repair it.

${table(['As it is found', 'Warning', 'As it is written then'], habits.map(habitCells))}

Other things stay errors, since they could mean more than one thing: \`graph\` and \`--\` have no direction, single and curly
quotes may end anywhere, a group with attributes or edges in it is no list of nodes, and keys with hyphens name nothing.
`;
}

/** Bodies of a digraph; what becomes of them is what the formatter makes of them. */
const habits: readonly string[] = [
  'a [shape=box color=red]',
  'a [shape=box; color=red;]',
  'a [shape=box, color=red,]',
  'a [shape=box] [color=red]',
  'a [ ]',
  'a [model=gpt/4, color=#ff0000]',
  'a [label=<<b>Run</b> it>]',
  'a [label="C:\\dir"]',
  'goal="one " + "two"',
  '"goal"="x"',
  'stack.child_dotfile="c.dot"',
  '"plan" -> my-node',
  'a:south -> b',
  'a => b --> c',
  'a -> {b c} [weight=1]',
  '{rank=same; a; b}',
  'subgraph "the loop" { a }',
  'a;; b',
  'a # why',
  'model_stylesheet="* { model: m; }"',
];

function habitCells(body: string): readonly string[] {
  const { text = '', diagnostics } = formatDot({ path: '', text: `digraph G { ${body}\n}` }, { lenient: true });
  const written = text.split('\n').slice(1, -2).map((line) => line.trim());
  const sentences = diagnostics.map(({ message }) => message.replace(/^./, (letter) => letter.toUpperCase()));
  return [`\`${body}\``, `${sentences[0] ?? ''}.`, written.map((line) => `\`${line}\``).join('<br>')];
}

function cells({ key, kind, values, default: fallback, handlers, section, description }: AttributeEntry): readonly string[] {
  const only = handlers === undefined ? '' : ` On ${handlers.map((type) => `\`${type}\``).join(', ')}.`;
  const words = values === undefined ? kind : `${kind}: ${values.map((value) => `\`${value}\``).join(', ')}`;
  const place = section === 'extension' ? '*extension*' : section;
  return [`\`${key}\``, words, fallback ?? '', place, description + only];
}
