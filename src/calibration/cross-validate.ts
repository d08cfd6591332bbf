import { demand } from '../scenario/arguments.ts';
import { readOptions, validateOptions } from '../scenario/options.ts';
import type { DelaysInput } from '../scenario/schema.ts';
import type { Calibration } from './calibration.ts';
import { delaysOf } from './delays-file.ts';
import { fitRepetitions } from './fit-repetitions.ts';
import type { ValidationRow } from './judge.ts';
import type { Repetition } from './repetition.ts';
import { type ValidateOptions, type Validation, validate } from './validate.ts';

/** Fits on every other repetition of each set and holds it against the rest, and the other way round: both halves are judged. */
export function crossValidate(repetitions: readonly Repetition[], options: ValidateOptions = {}): Validation {
  demand('crossValidate', 'repetitions', repetitions);
  readOptions('crossValidate', validateOptions, options);
  const halves = [0, 1].map((half) => repetitions.filter((_, index) => index % 2 === half));
  const results = halves.map((held, index) => {
    const fitted = fittedDelays(halves[1 - index]!);
    return validate(held, { ...options, fitted });
  });
  const rows: ValidationRow[] = results.flatMap((result, index) =>
    result.rows.map((row) => ({ ...row, set: `${row.set}, ${index === 0 ? 'first' : 'second'} half` })),
  );
  const passed = rows.filter((row) => row.passed).length;
  return {
    rows,
    passed,
    failed: rows.length - passed,
    notJudged: results.flatMap(({ notJudged }) => notJudged),
    setAside: results.flatMap(({ setAside }) => setAside),
  };
}

/** The delays of repetitions as `validate` takes them: the estimate twice, and either end of what the samples allow. */
export function fittedDelays(repetitions: readonly Repetition[]): readonly DelaysInput[] {
  return spreadOf(fitRepetitions(repetitions));
}

/** The middle of each table alone, as a scenario's delays. */
export function estimatedDelays(repetitions: readonly Repetition[]): DelaysInput {
  return spreadOf(fitRepetitions(repetitions))[0]!;
}

export function spreadOf({ sites }: Pick<Calibration, 'sites'>): readonly DelaysInput[] {
  const of = (choice: 'estimate' | 'optimistic' | 'pessimistic'): DelaysInput => {
    const { measured: _told, ...delays } = delaysOf({ ...EMPTY, sites }, choice);
    return delays;
  };
  return [of('estimate'), of('estimate'), of('optimistic'), of('pessimistic')];
}

const EMPTY: Omit<Calibration, 'sites'> = {
  format: 1,
  date: null,
  recordings: 0,
  confidence: 0.95,
  sums: [],
  modes: [],
  notIdentified: {},
  rows: [],
  routers: [],
  clocks: [],
  notes: [],
};
