export type { Course } from './checkpoints.ts';
export { type FuzzInWorkersOptions, fuzzInPieces, fuzzInWorkers } from './fuzz-in-workers.ts';
export { type ManifestFile, readManifestFiles } from './manifest-files.ts';
export { type KubectlOptions, RecordError } from './record/kubectl.ts';
export type { RecordOptions, Waits } from './record/options.ts';
export { type ProbeOptions, type Prober, probe } from './record/probe.ts';
export { type Recorded, record } from './record/record.ts';
export type { Stamped } from './record/watched.ts';
export {
  CalibrationError,
  type CalibrationFiles,
  loadDelaysFile,
  readCalibrationFiles,
} from './recordings.ts';
export { loadScenarioFile } from './scenario-file.ts';
export { SCENARIO_FILE_NAMES } from './scenario-file-names.ts';
