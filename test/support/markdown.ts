/** A link of a page, and where it stands. */
export interface MarkdownLink {
  /** As written: a path, an anchor, both, or an address. */
  readonly target: string;
  readonly line: number;
}

/** A target in round brackets, in angle brackets where it holds spaces, or that of a reference. */
const link = /\]\(\s*(?:<([^>]*)>|([^)\s]*))(?:\s+"[^"]*")?\s*\)|^\s{0,3}\[[^\]]+\]:\s+(\S+)/g;

/** Links and pictures of a page outside code, in order. */
export function linksIn(text: string): readonly MarkdownLink[] {
  return proseOf(text).flatMap((prose, index) =>
    Array.from(prose.matchAll(link), ([, spaced, plain, reference]) => ({
      target: spaced ?? plain ?? reference ?? '',
      line: index + 1,
    })),
  );
}

/** What `#` may name on a page: its headings as GitHub makes anchors of them, and what its HTML calls `id` or `name`. */
export function anchorsIn(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const written = text.split('\n');
  for (const [index, prose] of proseOf(text).entries()) {
    for (const [, id = ''] of prose.matchAll(/<[a-z]+ [^>]*(?:id|name)="([^"]+)"/g)) anchors.add(id);
    // Code is part of a heading, and of no link.
    const heading = /^#{1,6}\s/.test(prose) ? written[index]?.replace(/^#+\s+|\s+#*\s*$/g, '') : undefined;
    if (heading === undefined) continue;
    const base = slugOf(heading);
    let anchor = base;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${base}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

function slugOf(heading: string): string {
  const shown = heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<[^>]*>/g, '')
    .trim();
  return shown
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** The lines of a page with those of code blocks emptied and code inside a line taken out. */
function proseOf(text: string): readonly string[] {
  let fence: string | undefined;
  return text.split('\n').map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
      return '';
    }
    fence = mark;
    return mark === undefined ? line.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '') : '';
  });
}
