/** Every option of the command line: what it takes and what it does. Parsing and help both read this table. */

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
  /** What its value is, as help shows it. */
  readonly takes?: string;
  readonly help: string;
}

export const OPTIONS = {
  config: {
    type: 'string',
    takes: 'file',
    help:
      'The scenario file: cluster, apps, routers and clients, in full or by the names of presets; delays, actions and the rest. By default ' +
      'prestop.config.json, .yaml, .mjs or .ts beside the first manifest or in the current folder, or above them up to the root of the repository.',
  },
  cluster: {
    type: 'string',
    takes: 'name',
    help: 'A cluster preset: gke, gke-dpv2, eks, aks, kind, k3s, openshift, metal, quiet136 … See `prestop presets clusters`.',
  },
  router: {
    type: 'string',
    multiple: true,
    takes: 'name',
    help: 'A router in front of the Pods, e.g. awsAlbIp, beside those that the manifests name. Repeatable. See `prestop presets routers`.',
  },
  'no-inferred-routers': {
    type: 'boolean',
    help: 'Leave out the routers that the manifests name (Ingress, Gateway, load balancer …).',
  },
  app: {
    type: 'string',
    multiple: true,
    takes: 'container=name',
    help: 'What a container does at the stop signal, e.g. web=nginx. Repeatable. See `prestop presets apps`.',
  },
  client: {
    type: 'string',
    multiple: true,
    takes: 'name[@node]',
    help: 'Who sends requests: from outside, or from a node, e.g. curlLoop@node-1. Repeatable. See `prestop presets clients`.',
  },
  'delete-pod': {
    type: 'string',
    multiple: true,
    takes: 'pod[@time]',
    help: 'Delete this Pod, e.g. web-1-0 or web-1-0@2s. Repeatable; replaces the actions of the scenario file.',
  },
  set: {
    type: 'string',
    multiple: true,
    takes: 'path=value',
    help: 'Any option of a scenario; the value is read as YAML, e.g. cluster.kubeProxy.minSyncPeriod=10s. Repeatable.',
  },
  delays: {
    type: 'string',
    takes: 'file',
    help: 'Delays of your own cluster: the file that `prestop calibrate --out` wrote.',
  },
  'delays-table': {
    type: 'string',
    takes: 'name',
    help: 'Which of its tables: pessimistic (by default), estimate, optimistic, or rows, where each run draws one repetition.',
  },
  'probed-router': {
    type: 'string',
    takes: 'name',
    help: 'The recordings were probed through this router, not through the Service: its lag is fitted.',
  },
  deployment: {
    type: 'string',
    takes: 'name',
    help: 'The Deployment whose Pods are deleted, one after the other.',
  },
  repetitions: {
    type: 'string',
    takes: 'n',
    help: 'How many deletions. 60 by default, which supports p95; p99 takes 299.',
  },
  mode: {
    type: 'string',
    takes: 'delete|rollout',
    help: 'Delete one Pod at a time (by default), or restart the whole Deployment.',
  },
  kubectl: { type: 'string', takes: 'path', help: 'The kubectl to run. By default the one on the PATH.' },
  context: { type: 'string', takes: 'name', help: "kubectl's context." },
  namespace: { type: 'string', takes: 'name', help: "The namespace. By default kubectl's own." },
  yes: { type: 'boolean', help: 'Do not ask before anything is deleted; needed where there is no terminal.' },
  'dry-run': {
    type: 'boolean',
    help: 'Print the rights that it needs, as a Role, and the commands it would run; run nothing.',
  },
  resume: { type: 'boolean', help: 'Go on after the recordings that --out holds.' },
  'max-unavailable': {
    type: 'string',
    takes: 'n',
    help: 'So many Pods may be away at a time, the deleted one counted. 1 by default.',
  },
  'allow-outage': { type: 'boolean', help: 'Delete even the only replica, or against a disruption budget.' },
  probe: {
    type: 'string',
    takes: 'url',
    help: "Also ask this URL, 100 times a second, over a new connection each time; it answers with its Pod's name.",
  },
  'pre-stop': {
    type: 'string',
    takes: 'seconds',
    help: 'Put a preStop sleep of so many seconds into every container on a Service port; 0 removes it.',
  },
  runs: {
    type: 'string',
    takes: 'n',
    help: 'How many runs, each with delays of its own. By default 200 for check, 1000 for find and fuzz, 20 for each row of sweep.',
  },
  seed: { type: 'string', takes: 'n', help: 'The same seed gives the same answer. 0 by default.' },
  vary: {
    type: 'string',
    multiple: true,
    takes: 'path=range',
    help: 'What differs between runs beside the delays, e.g. nodes=[1,20] or minSyncPeriod=[1s,10s]. Repeatable.',
  },
  swarm: { type: 'boolean', help: 'Each run draws which of the ranges of --vary vary at all.' },
  workers: { type: 'string', takes: 'n', help: 'Worker threads; the result stays the same. 1 by default.' },
  shard: {
    type: 'string',
    takes: 'i/n',
    help: 'Only part i (from 1) of n of the runs. `prestop merge` puts the parts together.',
  },
  'stop-after-failures': {
    type: 'string',
    takes: 'n',
    help: 'End the campaign once so many runs have failed.',
  },
  checkpoint: {
    type: 'string',
    takes: 'duration',
    help: 'Write what is done to --out so often, e.g. 10s. Whatever ends the campaign then, --resume goes on from there.',
  },
  'no-shrink': { type: 'boolean', help: 'Do not look for the smallest delays that still fail.' },
  out: {
    type: 'string',
    takes: 'file',
    help: 'Write to this file: the report as JSON, the delays of a calibration, or what --format draws; record: the folder of the recordings, `recordings` by default.',
  },
  'max-seconds': {
    type: 'string',
    takes: 'n',
    help: 'Look at no preStop above this. By default the grace period.',
  },
  confidence: {
    type: 'string',
    takes: 'share',
    help: 'Of the claim that follows from the runs. 0.95 by default.',
  },
  headroom: {
    type: 'string',
    takes: 'share',
    help: 'Added to the smallest safe value for the recommendation. 0.5 by default.',
  },
  from: {
    type: 'string',
    takes: 'seconds|folder',
    help: 'sweep: the first preStop to try, 0 by default. record: replay this folder in place of deleting anything: recordings, or what kubectl printed of its watches.',
  },
  to: {
    type: 'string',
    takes: 'seconds',
    help: 'The last preStop to try. By default the shortest grace period.',
  },
  step: { type: 'string', takes: 'seconds', help: 'From each preStop to the next. 5 by default.' },
  workload: {
    type: 'string',
    takes: 'kind/name',
    help: 'Stop this workload alone, e.g. Deployment/web.',
  },
  together: {
    type: 'boolean',
    help: 'Stop all workloads at once, in one scenario, instead of each in one of its own.',
  },
  verbose: {
    type: 'boolean',
    help: "Print all there is: every workload's worst run, and what the answer rests on.",
  },
  'allow-unjudged': {
    type: 'boolean',
    help: 'What was not judged does not count: exit 0 where all else is safe.',
  },
  pod: { type: 'string', takes: 'name', help: 'Only what concerns this Pod.' },
  all: { type: 'boolean', help: 'Every event, not only those that matter.' },
  'max-lines': { type: 'string', takes: 'n', help: 'At most so many lines of events.' },
  explain: { type: 'boolean', help: 'Explain the verdict as well: causes, critical path, fix.' },
  format: {
    type: 'string',
    takes: 'name',
    help: 'github adds annotations that point at the preStop in the YAML; sarif is for code scanning, junit for test reports, markdown for a comment. text by default.',
  },
  ascii: { type: 'boolean', help: 'No character beyond ASCII in a Gantt.' },
  open: { type: 'boolean', help: 'Open the page in a browser, from --out or prestop-playground.html.' },
  json: { type: 'boolean', help: 'Data for a program, in place of the text.' },
  progress: { type: 'boolean', help: 'Show progress on stderr even where that is no terminal.' },
  print: { type: 'boolean', help: 'Print what would be written, and write nothing.' },
  help: { type: 'boolean', short: 'h', help: 'This text.' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export type OptionName = keyof typeof OPTIONS;

export const SCENARIO_OPTIONS: readonly OptionName[] = [
  'cluster',
  'router',
  'no-inferred-routers',
  'app',
  'client',
  'delete-pod',
  'set',
  'pre-stop',
  'delays',
  'delays-table',
  'config',
  'workload',
  'together',
];
