import { budgetKinds, type BudgetKind } from '../engine/walk/budgets.ts';
import { didYouMean } from '../language/scan/nearest.ts';
import { parseDuration } from '../shared/duration.ts';
import { OrchestraError } from '../shared/errors.ts';

/**
 * New limits of a run as `--budget` takes them: `money=20`, `tokens=500000,time=2h`.
 * @throws OrchestraError USAGE
 */
export function budgetLimits(text: string): Readonly<Partial<Record<BudgetKind, number>>> {
  return Object.fromEntries(text.split(',').map(limitIn));
}

function limitIn(pair: string): readonly [BudgetKind, number] {
  const [name = '', said = ''] = pair.trim().split('=', 2);
  const kind = budgetKinds.find((one) => one === name);
  if (!kind) throw new OrchestraError('USAGE', `"${pair}" names no budget`, { hint: didYouMean(name, budgetKinds) });
  const amount = kind === 'time' ? parseDuration(said) : amountOf(kind, said);
  if (amount === undefined) {
    const form =
      kind === 'time' ? 'a duration such as 2h' : kind === 'money' ? 'an amount of US dollars' : 'a whole number';
    throw new OrchestraError('USAGE', `the ${kind} of --budget is ${form}, and not "${said}"`);
  }
  return [kind, amount];
}

function amountOf(kind: BudgetKind, said: string): number | undefined {
  const form = kind === 'money' ? /^\d+(?:\.\d+)?$/ : /^\d+$/;
  return form.test(said) ? Number(said) : undefined;
}
