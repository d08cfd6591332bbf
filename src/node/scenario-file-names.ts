/** Names of a scenario file, in the order in which they are looked for. */
export const SCENARIO_FILE_NAMES: readonly string[] = [
  'prestop.config.json',
  'prestop.config.yaml',
  'prestop.config.yml',
  'prestop.config.mjs',
  'prestop.config.ts',
];
