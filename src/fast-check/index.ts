export { type DelaysConstraints, type DrawnDelays, delaysArbitrary } from './delays.ts';
export { type ManifestsConstraints, manifestsArbitrary } from './manifests.ts';
export type { Range } from './range.ts';
export { type ScenarioConstraints, scenarioArbitrary } from './scenario.ts';
