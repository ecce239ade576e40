import { textOf } from '../../graph/attributes.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { hasTemplateTags, variablesOf } from '../../templates/variables-of.ts';
import type { LintContext, LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';
import { writtenKeys, type WrittenKeys } from '../written-keys.ts';

/** Best effort: a Jinja2 variable that no node sets and no input declares would fail the node that renders it. */
export const templateVariableUnset: LintRule = {
  name: 'template_variable_unset',
  apply(graph, context) {
    if (textOf(graph, 'templates') !== 'jinja2') return [];
    const written = writtenKeys(graph, context);
    if (written.open) return [];
    return [...templates(graph, context)].flatMap(({ node, key, text }) =>
      variablesOf(text)
        .filter((variable) => !isSet(variable, written) && !isResponse(variable, graph))
        .map((variable) => {
          const near = written.nearest(variable);
          const hint =
            near === undefined
              ? `Declare it: \`inputs="${variable}"\` on the graph, or \`context_keys="${variable}"\` on the node that sets it.`
              : `Did you mean \`${near}\`?`;
          return finding(
            'template_variable_unset',
            'warning',
            `no node or input is declared to set the template variable ${variable}`,
            placeOf(node, key),
            hint,
          );
        }),
    );
  },
};

/** Tags of Jinja2 in a graph that does not ask for it stay as they are: said once, at the first. */
export const templatesOffered: LintRule = {
  name: 'templates_offered',
  apply(graph, context) {
    if (textOf(graph, 'templates') !== undefined) return [];
    for (const { node, key, text } of templates(graph, context)) {
      if (!hasTemplateTags(text)) continue;
      const message = `the ${key} of ${node.id} looks like a Jinja2 template and is used as it stands`;
      const hint = 'Add `templates=jinja2` to the graph to render it.';
      return [finding('templates_offered', 'info', message, placeOf(node, key), hint)];
    }
    return [];
  },
};

interface Template {
  readonly node: Node;
  readonly key: string;
  readonly text: string;
}

const templateKeys = ['prompt', 'tool_command', 'label'] as const;

/** The texts that `templates=jinja2` renders: prompts, gate labels, tool commands (semantics.md, Language). */
function* templates(graph: Graph, { handlerOf }: LintContext): Generator<Template> {
  for (const node of graph.nodes.values()) {
    for (const key of templateKeys) {
      const text = textOf(node, key);
      if (text === undefined || (key === 'label' && handlerOf(node.id) !== 'wait.human')) continue;
      yield { node, key, text };
    }
  }
}

/** `responses.<node>`: the full answer of a node, whichever branch it stands in. */
function isResponse(variable: string, graph: Graph): boolean {
  const [first, nodeId] = variable.split('.');
  return first === 'responses' && nodeId !== undefined && graph.nodes.has(nodeId);
}

/** A variable is set by a key of its name, above it (`a` for `a.b`, an object) or below it (`a.b` for `a`, a nested map). */
function isSet(variable: string, written: WrittenKeys): boolean {
  const segments = variable.split('.');
  const above = segments.map((_segment, index) => segments.slice(0, index + 1).join('.'));
  return above.some((key) => written.has(key)) || written.hasBelow(variable);
}
