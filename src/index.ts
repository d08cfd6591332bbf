export { type RateInterval, rateInterval } from './analysis/binomial.ts';
export type { Progress } from './analysis/campaign.ts';
export { type Check, type CheckOptions, checkSafe } from './analysis/check-safe.ts';
export type { RoundingReason } from './analysis/critical-path.ts';
export {
  type CriticalPath,
  criticalPath,
  type PathLink,
  type PathLinkKind,
} from './analysis/critical-path.ts';
export type { FindOptions } from './analysis/find-options.ts';
export { findSafePreStop } from './analysis/find-safe-pre-stop.ts';
export { type FuzzOptions, type FuzzReport, fuzz, mergeFuzzReports, type WorstRun } from './analysis/fuzz.ts';
export type { OverLimit, OverLimitAt } from './analysis/over-limit.ts';
export type { Counts, Quantiles } from './analysis/quantiles.ts';
export type {
  Evidence,
  LowerEdge,
  NoneReason,
  NoSafePreStop,
  PreStopNotJudged,
  Replay,
  SafeInterval,
  SafePreStop,
  UpperEdge,
} from './analysis/safe-pre-stop.ts';
export type { ShrinkOrigin } from './analysis/shrink.ts';
export { type Counterexample, shrink, withCounterexample } from './analysis/shrink.ts';
export {
  type Spread,
  type SweepOptions,
  type SweepReport,
  type SweepRow,
  sweepPreStop,
} from './analysis/sweep.ts';
export type { Extreme, Tally } from './analysis/tally.ts';
export { type VaryInput, type VaryOptions, varyScenario } from './analysis/vary.ts';
export {
  type CalibrateInput,
  type CalibrateOptions,
  calibrate,
  repetitionsOf,
} from './calibration/calibrate.ts';
export type {
  Calibration,
  ClockBound,
  DelayRow,
  ModeCount,
  RouterCalibration,
  SiteCalibration,
  SumCalibration,
  SumQuantile,
} from './calibration/calibration.ts';
export { crossValidate } from './calibration/cross-validate.ts';
export type { ParsedDelaysFile } from './calibration/delays-file.ts';
export { delaysOf, formatDelaysFile, parseDelaysFile } from './calibration/delays-file.ts';
export type { ValidationRow } from './calibration/judge.ts';
export type { Counter, Histogram, ParsedScrape } from './calibration/prometheus.ts';
export { parseMetrics, type Scrape } from './calibration/prometheus.ts';
export type { QuantileTable } from './calibration/quantile-table.ts';
export type { ParsedRecording } from './calibration/recording.ts';
export {
  formatRecording,
  parseRecording,
  type Recording,
  type RecordingLine,
  type RecordingProblem,
} from './calibration/recording.ts';
export type { Repetition } from './calibration/repetition.ts';
export type { ScenarioOfOptions } from './calibration/scenario-of.ts';
export type { TableChoice } from './calibration/table-choice.ts';
export { type ToRecordingOptions, toRecording } from './calibration/to-recording.ts';
export {
  type SetTold,
  type ValidateOptions,
  type Validation,
  validate,
} from './calibration/validate.ts';
export type { Assumption, AssumptionCode, MeasuredDelays } from './cluster/assumption.ts';
export type { AutoscalerInfo, KedaInfo } from './cluster/autoscaling.ts';
export { DELAY_SITES, type DelaySite } from './cluster/delay-sites.ts';
export type { BudgetStatus, RefusedPod } from './cluster/disruption.ts';
export type { PreStopOutcome, RouteCause, TraceType } from './cluster/events.ts';
export type { Finding, FindingFact, HookNote } from './cluster/finding.ts';
export { formatPath, type Issue } from './cluster/issue.ts';
export type { NodeAutoscaler } from './cluster/node-removal.ts';
export type * from './cluster/objects.ts';
export type { BlueGreenStrategy, CanaryStrategy, RolloutServices, RolloutSpec } from './cluster/rollouts.ts';
export type { JobInfo, SetKind } from './cluster/sets.ts';
export type { PodPhase } from './cluster/state.ts';
export type { FailureCause, FailureKind } from './cluster/traffic.ts';
export type { Effect, SimEvent } from './kernel/event.ts';
export type { Flavoured } from './kernel/ids.ts';
export { InvariantViolation } from './kernel/invariant.ts';
export type { Limits } from './kernel/limits.ts';
export { LimitExceeded } from './kernel/limits.ts';
export { reduce, type Snapshot as ClusterSnapshot } from './kernel/snapshot.ts';
export type { Duration, DurationText, Micros } from './kernel/time.ts';
export type { IgnoredObject } from './manifests/read-manifests.ts';
export { assertSafe, NotSafe } from './report/assert-safe.ts';
export { type Describable, describe } from './report/describe.ts';
export { explain } from './report/explain.ts';
export { formatGantt, type GanttOptions } from './report/gantt.ts';
export { toMermaid } from './report/mermaid.ts';
export { formatRollout } from './report/rollout-text.ts';
export { rulesAt } from './report/rules.ts';
export { type SvgOptions, toSvg } from './report/svg.ts';
export { formatSweep } from './report/sweep.ts';
export { formatTimeline, type TimelineOptions } from './report/timeline.ts';
export { toTraceEventJson } from './report/trace-event-json.ts';
export type { Confidence } from './routing/router-schema.ts';
export type { Toleration } from './rules/apiserver/tolerations.ts';
export type { ScalingPolicy, ScalingRules } from './rules/autoscaling/scaling-rules.ts';
export type { SuccessPolicyRule } from './rules/batch/indexed-job.ts';
export type { JobSpec, PodFailurePolicyRule, PodReplacementPolicy } from './rules/batch/job.ts';
export type { SimulationOptions } from './run/create-simulation.ts';
export { createSimulation, type Simulation, type SimulationEvents } from './run/create-simulation.ts';
export {
  podTimeline,
  type Run,
  type SimulateOptions,
  simulate,
  TraceRequired,
} from './run/simulate.ts';
export { applyPreStop, tryApplyPreStop } from './scenario/apply-pre-stop.ts';
export { scenariosByWorkload, type Workload, type WorkloadScenario } from './scenario/by-workload.ts';
export { OptionsError } from './scenario/options.ts';
export type { AppFunction, AppFunctions } from './scenario/presets/app-preset.ts';
export type { Apps } from './scenario/presets/apps.ts';
export type { ClientFunction, ClientFunctions } from './scenario/presets/clients.ts';
export type { ClusterOverrides } from './scenario/presets/clusters.ts';
export { apps, clients, clusters, routers } from './scenario/presets/index.ts';
export type { RouterOverrides } from './scenario/presets/routers.ts';
export {
  defineScenario,
  formatIssues,
  type ParseResult,
  parseScenario,
  type Scenario,
  ScenarioError,
} from './scenario/scenario.ts';
export type { ScenarioSettings } from './scenario/schema.ts';
export { runSeed } from './scenario/seeds.ts';
export { SITE_DEFAULTS, type SiteDefault } from './scenario/sites.ts';
export type { Stop } from './scenario/stops.ts';
export type { NamedRouter } from './scenario/undescribed-routers.ts';
export type { DeepReadonly } from './schema/deep-readonly.ts';
export type {
  DelayInput,
  ExponentialDelay,
  QuantilesDelay,
  UniformDelay,
} from './schema/delay-input.ts';
export type * from './schema/inputs/index.ts';
export type { Fix, FixCode, GraceGiver, MoreGrace, PlainFixCode } from './verdict/fix-types.ts';
export type { OutageKind } from './verdict/outages.ts';
export type { ContainerTimeline, PodTimeline } from './verdict/pod-timeline.ts';
export type {
  Change,
  FailedRequest,
  FailedRequests,
  FailedRequestsPlace,
  FailureCounts,
  FailureReason,
  LateArrival,
  RequestCounts,
  Requests,
} from './verdict/request-types.ts';
export type {
  DeploymentRollout,
  HeldBy,
  JobReport,
  PodCounts,
  ReadyEndpoints,
  RestartedContainer,
  RolloutReport,
  WorkLost,
  WorkloadRollout,
} from './verdict/rollout-report.ts';
export type {
  EndpointChange,
  EndpointState,
  HookData,
  RouteChanges,
  TraceData,
  TraceDataOf,
  TraceEvent,
  TraceEventOf,
} from './verdict/trace-events.ts';
export type {
  BlockingBudget,
  CauseLink,
  Decision,
  DecisionReading,
  Doubt,
  Grace,
  LetGoCause,
  NoPreStopReason,
  NothingToJudge,
  NotJudged,
  Outcome,
  Verdict,
  Violation,
  ViolationBase,
  ViolationFacts,
  ViolationKind,
} from './verdict/types.ts';
