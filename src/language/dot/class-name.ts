/**
 * The class a subgraph label gives its nodes (2.10): lower case, spaces to hyphens, everything but
 * letters, digits and hyphens dropped (the alphabet of ClassName in 8.2); undefined when nothing is left.
 */
export function classNameOf(label: string): string | undefined {
  const name = label
    .toLowerCase()
    .replaceAll(' ', '-')
    .replace(/[^a-z0-9-]/g, '');
  return name === '' ? undefined : name;
}
