import { expect } from 'vitest';
import { parseScript } from '../src/agents/scripted/script.ts';
import { hasErrors, type Diagnostic } from '../src/contract/diagnostic.ts';
import { parseStatusFile } from '../src/engine/handlers/status-file.ts';
import { compile } from '../src/language/compile.ts';
import { evaluateCondition } from '../src/language/conditions/evaluate-condition.ts';
import { parseCondition } from '../src/language/conditions/parse-condition.ts';
import { formatDot } from '../src/language/dot/format-dot.ts';
import { printDot } from '../src/language/dot/print-dot.ts';
import { readDot } from '../src/language/dot/read-dot.ts';
import type { TextError } from '../src/language/scan/cursor.ts';
import { parseStylesheet } from '../src/language/stylesheet/parse-stylesheet.ts';
import { variablesOf } from '../src/language/templates/variables-of.ts';
import { parseAnswers } from '../src/people/queue.ts';
import { parseDuration } from '../src/shared/duration.ts';
import { OrchestraError } from '../src/shared/errors.ts';
import { dotLanguage } from './support/random-dot.ts';
import { randomTexts, type Language } from './support/random-texts.ts';
import {
  conditionLanguage,
  durationLanguage,
  jsonLanguage,
  stylesheetLanguage,
  templateLanguage,
} from './support/random-small-languages.ts';
import { graphMeaning } from './support/graph-meaning.ts';
import { sized } from './support/size.ts';
import { verifies } from './support/verifies.ts';

/** Of the 100,000 cases of one run; ten times as many at full size. */
const cases = (everyday: number): number => sized({ everyday, full: everyday * 10 });

/** Names the text in which a check fails: the seed alone would have to be played again. */
function forEachText(
  language: Language,
  count: number,
  seed: number,
  check: (text: string, index: number) => void,
): void {
  let index = 0;
  for (const text of randomTexts(language, count, seed)) {
    try {
      check(text, index);
    } catch (thrown) {
      throw new Error(`text ${index} of seed ${seed}: ${JSON.stringify(text)}`, { cause: thrown });
    }
    index += 1;
  }
}

/** Lines and columns of findings lie in the text, as an editor counts them. */
function expectPlaces(text: string, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const { line, column } of diagnostics) {
    const length = lines[line - 1]?.length ?? -1;
    if (!(column >= 1 && column <= length + 1)) expect.fail(`${line}:${column} is no place of the text`);
  }
}

function expectErrors(text: string, errors: readonly TextError[]): void {
  expect(errors.length).toBeLessThanOrEqual(20);
  let before = 0;
  for (const { offset, length, message, hint } of errors) {
    if (offset < before || length < 0 || offset + length > text.length)
      expect.fail(`${offset} +${length} lies outside`);
    if (message === '' || hint === '') expect.fail('an error says nothing');
    before = offset;
  }
}

verifies(
  ['dot:never-throws', 'input:never-throws', 'input:places', 'input:refused-with-reason', 'input:deterministic'],
  'DOT, strict and lenient: a graph or errors, in their places, and the same again',
  () => {
    for (const lenient of [false, true]) {
      forEachText(dotLanguage, cases(lenient ? 12_000 : 18_000), lenient ? 2 : 1, (text, index) => {
        const { graph, diagnostics } = readDot({ path: 'a.dot', text }, { lenient });
        expect(graph === undefined).toBe(hasErrors(diagnostics));
        expect(diagnostics.length).toBeLessThanOrEqual(101);
        expectPlaces(text, diagnostics);
        if (index % 3 === 0) expect(graph).toBeDefined();
        if (index % 10 === 0)
          expect(readDot({ path: 'a.dot', text }, { lenient })).toEqual({
            graph,
            diagnostics,
            edits: expect.anything(),
          });
      });
    }
  },
);

verifies(
  ['input:never-throws', 'input:places'],
  'DOT compiled: no rule fails, and every finding has its place',
  async () => {
    const readFile = async () => undefined;
    for (const text of randomTexts(dotLanguage, cases(4_000), 3)) {
      const { diagnostics } = await compile({ path: 'a.dot', text }, { readFile, lenient: true });
      const failures = diagnostics.filter(({ rule }) => rule === 'rule_failed' || rule === 'transform_failed');
      if (failures.length > 0) expect.fail(`${JSON.stringify(text)}: ${failures[0]?.message}`);
      expectPlaces(text, diagnostics);
    }
  },
);

verifies('input:round-trip', 'DOT printed and formatted says the same graph, and prints the same again', () => {
  forEachText({ ...dotLanguage, words: [' '] }, cases(4_000), 4, (text) => {
    const { graph } = readDot({ path: 'a.dot', text });
    if (!graph) return;
    const printed = printDot(graph);
    const again = readDot({ path: 'a.dot', text: printed }).graph;
    expect(again && graphMeaning(again)).toEqual(graphMeaning(graph));
    expect(again && printDot(again)).toBe(printed);
    const { text: formatted } = formatDot({ path: 'a.dot', text });
    expect(formatted && formatDot({ path: 'a.dot', text: formatted }).text).toBe(formatted);
  });
});

verifies(['input:never-throws', 'input:places', 'input:refused-with-reason'], 'conditions', () => {
  const facts = { outcome: 'success', preferredLabel: undefined, context: () => undefined, onBlob: () => {} };
  forEachText(conditionLanguage, cases(20_000), 5, (text) => {
    const { condition, errors } = parseCondition(text);
    expect(condition === undefined).toBe(errors.length > 0);
    expectErrors(text, errors);
    if (condition) evaluateCondition(condition, facts);
  });
});

verifies(['input:never-throws', 'input:places', 'input:refused-with-reason'], 'stylesheets', () => {
  forEachText(stylesheetLanguage, cases(16_000), 6, (text, index) => {
    const { errors } = parseStylesheet(text);
    if (index % 3 === 0) expect(errors).toEqual([]);
    expect(errors.length).toBeLessThanOrEqual(20);
    for (const { offset, length } of errors) if (offset + length > text.length) expect.fail(`${offset} +${length}`);
  });
});

verifies('input:never-throws', 'durations', () => {
  forEachText(durationLanguage, cases(6_000), 7, (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined && !(Number.isSafeInteger(ms) && ms >= 0)) expect.fail(`${ms} ms`);
  });
});

verifies('input:never-throws', 'templates: what is found are names', () => {
  forEachText(templateLanguage, cases(8_000), 8, (text) => {
    for (const variable of variablesOf(text)) if (!/^[A-Za-z_][\w.]*$/.test(variable)) expect.fail(variable);
  });
});

verifies(
  ['input:never-throws', 'input:refused-with-reason'],
  'status, script and answers files: read, or refused with a coded error',
  () => {
    const attempt = (read: () => unknown): void => {
      try {
        read();
      } catch (thrown) {
        if (!(thrown instanceof OrchestraError) || thrown.code !== 'CONFIG_INVALID') throw thrown;
      }
    };
    forEachText(jsonLanguage, cases(12_000), 9, (text, index) => {
      if (index % 2 === 0) {
        const status = parseStatusFile(text);
        expect('outcome' in status || status.problem !== '').toBe(true);
      } else {
        attempt(() => parseScript(text));
        attempt(() => parseAnswers(text));
      }
    });
  },
);
