import { failpoints, type FailpointName } from '../../../src/shared/failpoint.ts';
import type { Killed, Wreck } from './wreck.ts';

/** What a sweep has measured. */
export class Tally {
  readonly #kills: Killed[] = [];
  /** How far the run had come at each kill, from 0 to 1. */
  readonly #progress: number[] = [];
  #runs = 0;
  #resumes = 0;
  #deadResumes = 0;
  #effects = 0;
  #repeated = 0;
  #allowed = 0;
  #forbidden = 0;

  /** @param calmEvents events of an undisturbed run */
  add({ kills, cut, processes }: Wreck, effects: ReadonlyMap<string, number>, calmEvents: number): void {
    this.#runs += 1;
    this.#resumes += processes - 1;
    this.#deadResumes += kills.filter(
      (kill, index) => kill.process > 1 && kill.events === kills[index - 1]?.events,
    ).length;
    this.#kills.push(...kills);
    this.#progress.push(...kills.map(({ events }) => events / calmEvents));
    for (const [operation, count] of effects) {
      const allowed = cut.get(operation) ?? 0;
      this.#effects += 1;
      this.#repeated += count - 1;
      this.#allowed += allowed;
      this.#forbidden += Math.max(0, count - 1 - allowed);
    }
  }

  get kills(): number {
    return this.#kills.length;
  }

  /** Kills by their number in each tenth of the run. */
  get spread(): readonly number[] {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const progress of this.#progress) {
      // What is repeated is told again: such a run tells of more events than an undisturbed one.
      const tenth = Math.min(9, Math.floor(progress * 10));
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    return tenths;
  }

  killsAt(name: FailpointName): number {
    return this.#kills.filter(({ blow }) => blow.at === 'failpoint' && blow.name === name).length;
  }

  /** The measured facts as Markdown tables. */
  page(): string {
    return [
      table(['What', 'Count'], this.#summary()),
      table(['Tenth of the run', ...tenthNames], [['Kills', ...this.spread]]),
      table(['In flight at the kill', 'Kills'], this.#inFlight()),
      table(
        ['Failpoint', 'What has just happened there', 'Kills'],
        failpointNames.map((name) => [`\`${name}\``, failpoints[name], this.killsAt(name)]),
      ),
    ].join('\n');
  }

  #summary(): readonly Row[] {
    const by = (at: string): number => this.#kills.filter(({ blow }) => blow.at === at).length;
    return [
      ['Runs, each compared with an undisturbed one', this.#runs],
      ['Kills', this.kills],
      ['... at a random moment of the run', by('progress')],
      ['... at a random moment of the start of a process', by('start')],
      ['... at a failpoint', by('failpoint')],
      ['Resumes', this.#resumes],
      ['Resumes killed before they told of anything new', this.#deadResumes],
      ['Operations with an effect on the world', this.#effects],
      ['Effects that appeared once more, as the operation was in flight at a kill', this.#repeated],
      ['... times that an operation with an effect was in flight at a kill', this.#allowed],
      ['Effects that appeared more often than that', this.#forbidden],
    ];
  }

  #inFlight(): readonly Row[] {
    const rows = new Map<string, number>();
    for (const { inFlight } of this.#kills) {
      const works =
        inFlight === undefined ? ['(no run recorded yet)'] : inFlight.length === 0 ? ['(nothing)'] : inFlight;
      for (const work of new Set(works)) rows.set(work, (rows.get(work) ?? 0) + 1);
      if (works.length > 1) rows.set('(several at once)', (rows.get('(several at once)') ?? 0) + 1);
    }
    return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** Those that a run passes. */
export const failpointNames = Object.keys(failpoints) as readonly (keyof typeof failpoints)[];

const tenthNames = Array.from({ length: 10 }, (_, index) => `${index + 1}`);

type Row = readonly (string | number)[];

function table(head: readonly string[], rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}
