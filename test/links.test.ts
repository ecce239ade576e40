import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsIn, linksIn } from './support/markdown.ts';

const pages = globSync(['*.md', '.changeset/*.md', '{docs,examples,bench,src,test,web}/**/*.md'], {
  exclude: ['**/node_modules/**'],
});

/** Why a link leads nowhere; undefined where it leads somewhere, or out of the project. */
function faultOf(page: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  if (path.startsWith('/') || file.startsWith('..')) return 'leads out of the project';
  if (!existsSync(file)) return 'there is no such file';
  if (anchor === undefined) return undefined;
  if (!file.endsWith('.md')) return 'only pages have anchors';
  return anchorsIn(readFileSync(file, 'utf8')).has(anchor) ? undefined : `${file} has no such heading`;
}

test('the pages are found', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/README.md', 'docs/guides/resume.md']));
});

test.for(pages)('every link of %s leads somewhere', (page) => {
  const dead = linksIn(readFileSync(page, 'utf8')).flatMap(({ target, line }) => {
    const fault = faultOf(page, target);
    return fault === undefined ? [] : [`${page}:${line} ${target}: ${fault}`];
  });
  expect(dead).toEqual([]);
});

test('every page of the documentation is linked from its first page', () => {
  const first = 'docs/README.md';
  const linked = new Set([first]);
  // A Set iterates over members added meanwhile: it is the queue.
  for (const page of linked) {
    for (const { target } of linksIn(readFileSync(page, 'utf8'))) {
      const file = normalize(join(dirname(page), target.split('#')[0] ?? ''));
      if (file.startsWith('docs/') && file.endsWith('.md') && existsSync(file)) linked.add(file);
    }
  }
  expect(pages.filter((page) => page.startsWith('docs/') && !linked.has(page))).toEqual([]);
});

test('no page names a path of the machine it was written on', () => {
  const named = pages.filter((page) =>
    /(?:^|[\s`("'=])\/(?:work|root|home\/\w|Users\/\w)/.test(readFileSync(page, 'utf8')),
  );
  expect(named).toEqual([]);
});

describe('a dead link', () => {
  test('to a file, to a heading, or out of the project is found', () => {
    expect(faultOf('docs/README.md', 'nowhere.md')).toBe('there is no such file');
    expect(faultOf('docs/README.md', '../README.md#no-such-heading')).toBe('README.md has no such heading');
    expect(faultOf('docs/README.md', '../../elsewhere.md')).toBe('leads out of the project');
    expect(faultOf('docs/README.md', '../README.md#working-with-runs')).toBeUndefined();
  });

  test('in code is none', () => {
    const text = ['[a](b.md) ![c](<d e.svg>)', '`[x](y)` [`z`](#z)', '```', '[x](y)', '```', '[r]: s.md'].join('\n');
    expect(linksIn(text).map(({ target }) => target)).toEqual(['b.md', 'd e.svg', '#z', 's.md']);
  });

  test('is measured against headings as GitHub names them', () => {
    const text =
      '# A `goal_gate`, met!\n## Twice\n## Twice\n```\n# no heading\n```\n### [Named](x.md) <a id="mark"></a>';
    expect([...anchorsIn(text)]).toEqual(['a-goal_gate-met', 'twice', 'twice-1', 'mark', 'named']);
  });
});
