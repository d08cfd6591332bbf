/** One row of a table: what went in and what Kubernetes answered. Plain data, named by the table. */
export interface Case {
  readonly id?: string;
  readonly group?: string;
  readonly function?: string;
  readonly source?: string;
  readonly input: any;
  readonly expected: any;
}

/** The table a case came from. `list` is the key of the array that held it (`cases`, `cases_v1_28`, …). */
export interface Table {
  readonly file: string;
  readonly list: string;
  /** `function` of a `real-*` file, which holds for all of its cases. */
  readonly function?: string;
  readonly algorithm?: string;
}

/**
 * Translates the names of one group of cases to one rule and back; holds no logic of its own.
 * `matches` says which cases it takes. `actual` calls the rule and returns its answer in the table's words.
 * `agrees` replaces the default comparison, where every key of `expected` must deep-equal the same key of the answer
 * (object keys that the table does not name are not compared; arrays must match in length and order).
 */
export interface Adapter {
  readonly name: string;
  matches(testCase: Case, table: Table): boolean;
  actual(input: any, testCase: Case, table: Table): unknown;
  agrees?(actual: any, expected: any, testCase: Case): boolean;
}
