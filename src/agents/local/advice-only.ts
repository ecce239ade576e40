import type { Toolbox } from '../tools/tool.ts';

/** The toolbox of a model that may look at everything and change nothing: local models give advice. */
export function adviceOnly(toolbox: Toolbox, provider: string): Toolbox {
  const readers = toolbox.tools.filter(({ access }) => access === 'read');
  const refused = new Set(toolbox.tools.filter(({ access }) => access !== 'read').map(({ name }) => name));
  const text = `models of ${provider} may not change files or run programs: answer with what should be done`;
  return {
    tools: readers,
    call: async (name, input, context) =>
      refused.has(name) ? { text, isError: true, denied: true } : toolbox.call(name, input, context),
    close: () => toolbox.close(),
  };
}
