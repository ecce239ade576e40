import { expect } from 'vitest';
import { dryRunPipeline } from '../src/app/dry-run.ts';
import { compile } from '../src/language/compile.ts';
import { textOf } from '../src/language/graph/attributes.ts';
import { variablesOf } from '../src/language/templates/variables-of.ts';
import { innateNames } from './support/random-texts.ts';
import { verifies } from './support/verifies.ts';

const readFile = async () => undefined;

for (const name of innateNames) {
  verifies(
    'input:ordinary-names',
    `${name} is an ordinary id, key, class, type, variable and context key`,
    async () => {
      const text = `digraph ${name} {
      graph [templates=jinja2, inputs="${name}", model_stylesheet=".${name.toLowerCase().replaceAll('_', '')} { llm_model: styled }"]
      start [shape=Mdiamond] exit [shape=Msquare]
      ${name} [prompt="{{ ${name} }}", class="${name.toLowerCase().replaceAll('_', '')}", ${name}=value, type=${name}]
      start -> ${name} -> exit [condition="context.${name}!=x"]
    }`;
      const options = { readFile, customTypes: new Set([name]) };
      const { graph, diagnostics } = await compile({ path: 'a.dot', text }, options);
      expect(diagnostics).toEqual([]);
      const node = graph?.nodes.get(name);
      expect(node && [textOf(node, name), textOf(node, 'llm_model')]).toEqual(['value', 'styled']);
      expect(variablesOf(`{{ ${name} }}`)).toEqual([name]);
    },
  );

  verifies('input:ordinary-names', `${name} is unknown where nothing of that name is known`, async () => {
    const text = `digraph G { start [shape=Mdiamond] exit [shape=Msquare]
      a [label=a, type=${name}, shape=${name}, fidelity=${name}, retry_target=${name}]
      start -> a -> exit [condition="${name}=1"] }`;
    const { diagnostics } = await compile({ path: 'a.dot', text }, { readFile });
    const rules = new Set(diagnostics.map(({ rule }) => rule));
    expect([...rules].toSorted()).toEqual(
      ['condition_syntax', 'fidelity_valid', 'retry_target_exists', 'type_known', 'unknown_shape'].toSorted(),
    );
  });

  verifies('input:ordinary-names', `${name} is visited and counted like any node`, async () => {
    const text = `digraph G { node [label=a] start -> ${name} -> exit }`;
    const { bundle } = await compile({ path: 'a.dot', text }, { readFile });
    const { result } = await dryRunPipeline(bundle ?? expect.fail('it compiles'), {});
    expect(result.visited).toEqual(['start', name, 'exit']);
    expect(Object.entries(result.attempts)).toEqual([
      ['start', 1],
      [name, 1],
      ['exit', 1],
    ]);
  });
}
