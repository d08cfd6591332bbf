/** Which tables of a calibration a scenario takes; `rows`: each run draws one repetition. */
export type TableChoice = 'optimistic' | 'estimate' | 'pessimistic' | 'rows';

export const TABLE_CHOICES: readonly TableChoice[] = ['pessimistic', 'estimate', 'optimistic', 'rows'];
