import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { parseStylesheet } from './parse-stylesheet.ts';

function rulesOf(text: string) {
  const { stylesheet, errors } = parseStylesheet(text);
  expect(errors).toEqual([]);
  return stylesheet.rules;
}

function errorsOf(text: string) {
  return parseStylesheet(text).errors.map(({ offset, length, hint }) => ({
    at: text.slice(offset, offset + length),
    hint,
  }));
}

describe('the stylesheet grammar (8.2)', () => {
  verifies(['stylesheet:grammar', 'stylesheet:value:bare'], 'reads the example of 8.6', () => {
    const rules = rulesOf(`
            * { llm_model: claude-sonnet-4-5; llm_provider: anthropic; }
            .code { llm_model: claude-opus-4-6; llm_provider: anthropic; }
            #critical_review { llm_model: gpt-5.2; llm_provider: openai; reasoning_effort: high; }
        `);
    expect(rules.map(({ selector }) => selector)).toEqual([
      { kind: 'universal' },
      { kind: 'class', name: 'code' },
      { kind: 'id', name: 'critical_review' },
    ]);
    expect(rules[2]?.declarations).toEqual([
      { property: 'llm_model', value: 'gpt-5.2' },
      { property: 'llm_provider', value: 'openai' },
      { property: 'reasoning_effort', value: 'high' },
    ]);
  });

  verifies(
    ['stylesheet:grammar', 'stylesheet:value:string'],
    'reads shape selectors, quoted values with escapes, and no last semicolon (11.10)',
    () => {
      expect(rulesOf('box{llm_model:"openai/gpt \\"5\\"; {x}"}')).toEqual([
        {
          selector: { kind: 'shape', name: 'box' },
          declarations: [{ property: 'llm_model', value: 'openai/gpt "5"; {x}' }],
        },
      ]);
    },
  );

  it('reads classes that begin with a digit or hyphen', () => {
    expect(rulesOf('.2nd-try { llm_model: a }')[0]?.selector).toEqual({ kind: 'class', name: '2nd-try' });
  });

  it('has no rules in an empty text', () => {
    expect(rulesOf(' \n')).toEqual([]);
  });
});

describe('what is wrong in a stylesheet', () => {
  it.each([
    ['* { model: x }', 'model', 'llm_model'],
    ['* { llm_modle: x }', 'llm_modle', 'llm_model'],
    ['* { llm_model x }', '', 'llm_model: value'],
    ['* { llm_model: }', '', 'value'],
    ['* { llm_model: openai/gpt-5 }', 'openai/gpt-5', '"openai/gpt-5"'],
    ['* { llm_model: 5 }', '5', '"5"'],
    ['* { llm_model: "open }', '"open }', 'Close it'],
    ['* { llm_model: a llm_provider: b }', '', '`;`'],
    ['* { llm_model: a;; llm_provider: b }', ';', 'property: value'],
    ['box { }', '{ }', 'Set one of'],
    ['box { llm_model: a', '{', '}'],
    ['box', '', 'SELECTOR'],
    ['.Code { llm_model: a }', '.Code', 'lower-case'],
    ['.a_b { llm_model: a }', '.a_b', 'lower-case'],
    ['a, b { llm_model: a }', 'a, b', 'one rule for each'],
    ['/* note */ * { llm_model: a }', '/* note */ *', 'comments'],
    ['#1 { llm_model: a }', '#1', '#node_id'],
    ['{ llm_model: a }', '', '`*`'],
    ['* { llm_model: a } }', '', '`*`'],
  ])('names the place in %j and what to write', (text, at, hint) => {
    const errors = errorsOf(text);
    expect(errors[0]).toEqual({ at, hint: expect.stringContaining(hint) });
  });

  verifies(
    ['stylesheet:unknown-property', 'stylesheet:syntax-error'],
    'is reported for every declaration and selector, and the rest is read',
    () => {
      const text = '* { colour: red; llm_model: a/b } a b { llm_model: c } .ok { llm_model: d }';
      expect(errorsOf(text).map(({ at }) => at)).toEqual(['colour', 'a/b', 'a b']);
      expect(parseStylesheet(text).stylesheet.rules.at(-1)?.declarations).toEqual([
        { property: 'llm_model', value: 'd' },
      ]);
    },
  );

  it('never throws and has its place inside the text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('*', '.a', '#b', 'box', '{', '}', ':', ';', ' ', '"', '\\', 'llm_model', 'x', ',', '/'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const error of parseStylesheet(text).errors) {
          expect(error.offset >= 0 && error.length >= 0 && error.offset + error.length <= text.length).toBe(true);
          expect(error.message !== '' && error.hint !== '').toBe(true);
        }
      }),
      { numRuns: 2_000, seed: 8 },
    );
  });
});
