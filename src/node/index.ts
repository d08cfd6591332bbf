export { type FuzzInWorkersOptions, fuzzInPieces, fuzzInWorkers } from './fuzz-in-workers.ts';
export { type ManifestFile, readManifestFiles } from './manifest-files.ts';
export { RecordError } from './record/kubectl.ts';
export type { RecordOptions } from './record/options.ts';
export { type ProbeOptions, type Prober, probe } from './record/probe.ts';
export { type Recorded, record } from './record/record.ts';
export {
  CalibrationError,
  type CalibrationFiles,
  loadDelaysFile,
  readCalibrationFiles,
} from './recordings.ts';
export { loadScenarioFile, SCENARIO_FILE_NAMES } from './scenario-file.ts';
