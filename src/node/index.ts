export { type FuzzInWorkersOptions, fuzzInPieces, fuzzInWorkers } from './fuzz-in-workers.ts';
export { type ManifestFile, readManifestFiles } from './manifest-files.ts';
export {
  CalibrationError,
  type CalibrationFiles,
  loadDelaysFile,
  readCalibrationFiles,
} from './recordings.ts';
export { loadScenarioFile, SCENARIO_FILE_NAMES } from './scenario-file.ts';
