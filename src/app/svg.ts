import { instance } from '@viz-js/viz';

/** SVG of a Graphviz text, laid out by Graphviz itself (wasm). Throws on text Graphviz refuses. */
export async function renderSvg(source: string): Promise<string> {
  const viz = await instance();
  return viz.renderString(source, { format: 'svg' });
}
