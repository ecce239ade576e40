import { expect, test } from 'vitest';
import { budgetLimits } from './budget-limits.ts';

test('limits are amounts of what they limit', () => {
  expect(budgetLimits('money=20')).toEqual({ money: 20 });
  expect(budgetLimits('money=0.5, tokens=500000,time=2h,calls=7,visits=9')).toEqual({
    money: 0.5,
    tokens: 500_000,
    time: 7_200_000,
    calls: 7,
    visits: 9,
  });
});

test('what is no limit is refused, with the word that was meant', () => {
  expect(() => budgetLimits('mony=20')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('money') as string }),
  );
  for (const text of ['', 'money', 'money=', 'money=-1', 'money=much', 'time=20', 'calls=1.5', 'tokens=1e9']) {
    expect(() => budgetLimits(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  }
});
