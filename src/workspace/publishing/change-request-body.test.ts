import { expect, test } from 'vitest';
import { toldPublication } from '../../../test/support/told-publication.ts';
import { createRedactor } from '../../shared/redaction.ts';
import { changeRequestBody, changeRequestTitle, withOurPart } from './change-request-body.ts';

const redactor = createRedactor({ SHOP_KEY: 'correct-horse-battery' });
const facts = { ...toldPublication(), redactor };

test('a run tells what it did, how it was verified, its commits and what it cost', () => {
  const said = { implement: 'I keep baskets for seven days now.', review: 'not told, as it left notes' };
  expect(changeRequestBody({ ...facts, said, verifiedBy: 'npm run check' })).toMatchInlineSnapshot(`
    "<!-- orchestra: what stands up to the end mark is written anew when the run is published again -->
    > Make the basket remember \\*everything\\* for a week

    ### What was done

    - **implement** (success, 2 visits, \\$1.20): I keep baskets for seven days now.
    - **review** (success): Looks good, @​boss. Fixes #​12, see https:​//intranet.example/x \\<b\\>now\\</b\\> /merge

    ### How it was verified

    - \`npm run check\` succeeded on the merged work
    - **tests** (success): Tool completed: npm test --prefix web
    - **approve** (success): Selected Approve

    ### Commits

    - 111111111111 feat: keep baskets for a week (implement)
    - 222222222222 test: baskets of last week (implement)

    ### Run

    \`r-1\` of ship: 12 m 3 s, 123,456 tokens in, 7,890 out, \\$1.23.

    <!-- orchestra: end -->"
  `);
});

test('a run without a goal, proofs or cost says so, and no more', () => {
  const { goal: _goal, usage: _usage, nodes, ...rest } = facts.view;
  const usage = { inputTokens: 0, outputTokens: 0 };
  const view = { ...rest, goal: '', usage, nodes: nodes.slice(0, 1) };
  expect(changeRequestBody({ ...facts, view })).toMatchInlineSnapshot(`
    "<!-- orchestra: what stands up to the end mark is written anew when the run is published again -->
    ### How it was verified

    Nothing of the run verified it.

    ### Commits

    - 111111111111 feat: keep baskets for a week (implement)
    - 222222222222 test: baskets of last week (implement)

    ### Run

    \`r-1\` of ship: 12 m 3 s.

    <!-- orchestra: end -->"
  `);
  expect(changeRequestTitle({ view, redactor })).toBe('ship r-1');
});

test('the title is the first line of the goal, cut where it is long', () => {
  expect(changeRequestTitle(facts)).toBe('Make the basket remember *everything*');
  const view = { ...facts.view, goal: 'word '.repeat(100) };
  expect(changeRequestTitle({ view, redactor })).toMatch(/^(?:word ){18}word…$/);
});

test('secrets are taken out before anything is cut', () => {
  const goal = `${'x'.repeat(990)} correct-horse-battery`;
  const view = { ...facts.view, goal };
  const commits = [{ sha: '3'.repeat(40), subject: 'chore: ghp_abcdefghijklmnopqrstuvwxyz0123456789' }];
  const body = changeRequestBody({ ...facts, view, commits });
  expect(body).not.toMatch(/correct-h|ghp_/);
  expect(changeRequestTitle({ view: { ...view, goal: 'with correct-horse-battery' }, redactor })).not.toContain(
    'horse',
  );
});

test('folders of this machine are told as if from inside', () => {
  const view = {
    ...facts.view,
    goal: 'Read /home/me/.config/app and /home/me/shop/src/a.ts',
  };
  expect(changeRequestBody({ ...facts, view, folders: ['/home/me'] })).toContain('> Read .config/app and src/a.ts');
});

test('however much was done, hosts take it', () => {
  const wide = '*'.repeat(2_000);
  const [first] = facts.view.nodes;
  const nodes = Array.from({ length: 500 }, (_, index) => ({
    ...first!,
    handler: index % 2 === 0 ? 'codergen' : 'tool',
    node: `n${index}${wide}`,
    notes: wide,
  }));
  const commits = Array.from({ length: 5_000 }, (_, index) => ({
    sha: String(index).padStart(40, '0'),
    subject: wide,
  }));
  const body = changeRequestBody({ ...facts, view: { ...facts.view, goal: wide, nodes }, commits });
  expect(body.length).toBeLessThanOrEqual(50_000);
  expect(body).toMatch(/- and 4,9\d\d more/);
});

test('our part of a description is written anew, and nothing else', () => {
  const first = changeRequestBody(facts);
  const second = changeRequestBody({ ...facts, commits: [] });
  expect(withOurPart('', first)).toBe(first);
  expect(withOurPart('Please read this.', first)).toBe(`Please read this.\n\n${first}`);
  const edited = `Please read this.\r\n\r\n${first.replaceAll('\n', '\r\n')}\r\n\r\nFixes #1`;
  expect(withOurPart(edited, second)).toBe(`Please read this.\n\n${second}\n\nFixes #1`);
  expect(withOurPart(first, first)).toBe(first);
});
