import { describe, expect } from 'vitest';
import { ruleChapters } from '../scripts/docs/rules/catalogue.ts';
import { compileExample, compileMended } from '../scripts/docs/rules/compile-example.ts';
import { childRules } from '../src/language/compile.ts';
import { dotRules } from '../src/language/dot/findings.ts';
import { builtInRules, specificationRules } from '../src/language/lint/built-in-rules.ts';
import { agentRules } from '../src/language/lint/rules/agents.ts';
import { attractorOnly } from '../src/language/lint/rules/attractor-only.ts';
import { verifies } from './support/verifies.ts';

const entries = ruleChapters.flatMap(({ entries: ofChapter }) => ofChapter);

/** Reported in place of what a rule or transform of the user's own should have said. */
const ofExtensions = ['rule_failed', 'transform_failed'];

describe('docs/reference/rules.md', () => {
  verifies('lint:reference', 'has every rule there is, and no other', () => {
    const rules = [...builtInRules, attractorOnly].flatMap(({ name, reports }) => reports ?? [name]);
    const known = [...rules, ...agentRules, ...dotRules, ...childRules, ...ofExtensions];
    expect([...new Set(entries.map(({ rule }) => rule))].toSorted()).toEqual(known.toSorted());
  });

  verifies('lint:reference', 'says of exactly the rules of 7.2 that they are of 7.2', () => {
    const ofSection = entries.filter(({ section }) => section === '7.2').map(({ rule }) => rule);
    expect(ofSection).toEqual(specificationRules.map(({ name }) => name));
  });

  for (const entry of entries) {
    const { rule, severity } = entry;

    verifies('lint:reference', `has an example that earns the ${severity} ${rule}`, async () => {
      const { diagnostics } = await compileExample(entry);
      expect(diagnostics).toContainEqual(expect.objectContaining({ rule, severity, hint: expect.any(String) }));
    });

    verifies(
      'lint:reference',
      `mends the example of the ${severity} ${rule} so that nothing is left to say`,
      async () => {
        expect(await compileMended(entry)).toMatchObject({ ok: true, diagnostics: [] });
      },
    );
  }
});
