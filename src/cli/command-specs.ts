import { CAMPAIGN_FORMATS, CHECK_FORMATS, type Format, RUN_FORMATS } from './formats.ts';
import { OPTIONS, type OptionName, type OptionSpec, SCENARIO_OPTIONS } from './options.ts';

export type CommandName =
  | 'check'
  | 'timeline'
  | 'find'
  | 'sweep'
  | 'fuzz'
  | 'merge'
  | 'presets'
  | 'record'
  | 'calibrate'
  | 'validate'
  | 'schema'
  | 'init'
  | 'playground';

export interface CommandSpec {
  readonly summary: string;
  readonly usage: string;
  /** Paragraphs that teach what it is for. */
  readonly about: readonly string[];
  readonly options: readonly OptionName[];
  /** Options that mean something else here than elsewhere. */
  readonly own?: Readonly<Partial<Record<OptionName, OptionSpec>>>;
  /** What --format may be; TEXT_FORMATS where it is left out. */
  readonly formats?: readonly Format[];
  readonly examples: readonly (readonly [string, string])[];
  readonly exitCodes: readonly string[];
}

/** Where several hold, the first of 1, 5 and 4. */
const VERDICT_CODES = [
  '0  safe: every run of every workload',
  '1  unsafe: a run was not safe',
  '4  no run was unsafe, but some are missing (interrupted, over a limit)',
  '5  not judged: something was not looked at or is not described; the first line names it',
];

export const COMMANDS: Readonly<Record<CommandName, CommandSpec>> = {
  check: {
    summary: 'Is the preStop in these manifests long enough? Many runs, one verdict.',
    usage: 'prestop check <manifest…> [options]',
    about: [
      'Runs the termination of Pods many times, each time with other propagation delays, and says whether a new connection could ' +
        'have been lost in any of them. Shows the run that came closest, what was late in it, and what to change.',
      'Without --delete-pod and without actions in a scenario file, each workload that something sends to is stopped in runs of its ' +
        'own while the others serve on: a Deployment, Argo Rollout, StatefulSet or DaemonSet rolls, of anything else with a Pod ' +
        'template (a bare Pod, an Argo Rollout, a CloneSet) one Pod is deleted, and how that rolls is not simulated; a Job or CronJob is judged ' +
        'where apps describes its work. One row each, and below it the worst ' +
        'of those that are not safe.',
      'What was not looked at keeps the whole from being called SAFE. The scenario file excuses it by name, with a reason: accept: ' +
        '[{ service: db, reason: … }].',
    ],
    options: [
      ...SCENARIO_OPTIONS,
      'runs',
      'seed',
      'vary',
      'swarm',
      'workers',
      'out',
      'verbose',
      'allow-unjudged',
      'format',
      'ascii',
      'json',
      'progress',
      'help',
    ],
    formats: CHECK_FORMATS,
    examples: [
      ['prestop check k8s/*.yaml --cluster gke --runs 1000', 'in a shared cluster'],
      ['prestop check web.yaml --router awsAlbIp --app web=nginx', 'behind a load balancer'],
      ['helm template . | prestop check -', 'from stdin'],
      ['prestop check web.yaml --pre-stop 10', 'would 10 s do?'],
      ['prestop check k8s/*.yaml --format html --out report.html', 'as a page to send'],
      ['prestop check k8s --format github', 'in a GitHub Actions workflow'],
      ['prestop check k8s --format sarif --out prestop.sarif', 'for code scanning; junit, markdown'],
    ],
    exitCodes: VERDICT_CODES,
  },
  timeline: {
    summary: 'What happens, when, and why: one run, line by line.',
    usage: 'prestop timeline <manifest…> [options]',
    about: [
      'Shows one run: what the API server, the controllers, kube-proxy, the kubelet and the containers do, and how long each waited for ' +
        'the one before. A line with ! begins or ends a window in which a new connection could be lost.',
      '--format draws it: gantt for the terminal, html and svg to show to others, mermaid for Markdown, perfetto for ui.perfetto.dev.',
    ],
    options: [
      ...SCENARIO_OPTIONS,
      'seed',
      'vary',
      'swarm',
      'pod',
      'all',
      'max-lines',
      'explain',
      'out',
      'format',
      'ascii',
      'json',
      'help',
    ],
    formats: RUN_FORMATS,
    examples: [
      ['prestop timeline web.yaml --pod web-1-0', 'one Pod'],
      ['prestop timeline web.yaml --seed 42 --explain', 'a seed that `check` named'],
      ['prestop timeline web.yaml --format gantt', 'as a picture, here'],
      ['prestop timeline web.yaml --format html --out run.html', 'as a page to step through'],
      ['prestop timeline web.yaml --json --all', 'every event, for a program'],
    ],
    exitCodes: ['0  this run was safe', '1  this run was not safe', '5  not judged'],
  },
  find: {
    summary: 'Which preStop values are safe? The interval, and the value to choose.',
    usage: 'prestop find <manifest…> [options]',
    about: [
      'Finds the smallest and the largest preStop sleep that is safe in every run: too short loses to the slowest router, too long ' +
        'leaves the app no time before SIGKILL. Where there is none it says why, and what would help.',
    ],
    options: [
      ...SCENARIO_OPTIONS.filter((name) => name !== 'pre-stop'),
      'runs',
      'seed',
      'max-seconds',
      'confidence',
      'headroom',
      'verbose',
      'format',
      'json',
      'progress',
      'help',
    ],
    examples: [
      ['prestop find web.yaml --cluster gke', 'the interval'],
      ['prestop find web.yaml --router awsAlbIp --runs 5000', 'for a slow router, with more evidence'],
    ],
    exitCodes: [
      '0  there is a safe value for every workload',
      '1  there is none for one',
      '5  one could not be judged',
    ],
  },
  sweep: {
    summary: 'What does each second of preStop cost? Rollout time, Pods at peak, margin.',
    usage: 'prestop sweep <manifest…> [options]',
    about: [
      'Tries one preStop after the other with the same delays, so that rows differ by the hook alone: how long the rollout takes, how ' +
        'many Pods there are at most, how much margin is left, and how many runs were not safe. A table for each workload, unless ' +
        'actions are given.',
    ],
    options: [
      ...SCENARIO_OPTIONS.filter((name) => name !== 'pre-stop'),
      'from',
      'to',
      'step',
      'runs',
      'seed',
      'json',
      'progress',
      'help',
    ],
    examples: [['prestop sweep web.yaml --from 0 --to 30 --step 5', 'seven rows']],
    exitCodes: ['0  some value was safe in every run', '1  none was'],
  },
  fuzz: {
    summary: 'How often would a connection be lost? A campaign, on several threads or machines.',
    usage: 'prestop fuzz <manifest…> [options]',
    about: [
      'Like check, for numbers rather than for a verdict: failure rate with its upper bound, quantiles of the preStop that runs ' +
        'needed, which router decided, the worst run, and the fewest and smallest delays that still fail.',
      'Ctrl-C ends a campaign; what was run until then is reported. What a campaign wrote to --out before it ended, in whatever way, ' +
        '--resume takes up: the whole is the same, byte for byte.',
    ],
    own: {
      resume: {
        type: 'string',
        takes: 'file',
        help: 'Go on from the report in this file, and write the whole to it (or to --out). Where it is not there yet, begin.',
      },
    },
    options: [
      ...SCENARIO_OPTIONS,
      'runs',
      'seed',
      'vary',
      'swarm',
      'workers',
      'shard',
      'stop-after-failures',
      'no-shrink',
      'out',
      'checkpoint',
      'resume',
      'format',
      'json',
      'progress',
      'help',
    ],
    formats: CAMPAIGN_FORMATS,
    examples: [
      ['prestop fuzz web.yaml --runs 100000 --workers 8', 'on eight threads'],
      ['prestop fuzz web.yaml --vary nodes=[1,20] --swarm', 'with clusters of different sizes'],
      ['prestop fuzz web.yaml --runs 1000000 --shard 3/8 --out 3.json', 'one part of eight'],
      ['prestop fuzz web.yaml --runs 1000000 --out x.json --checkpoint 10s', 'kept as it goes'],
      ['prestop fuzz web.yaml --runs 1000000 --resume x.json', 'and taken up again'],
    ],
    exitCodes: VERDICT_CODES,
  },
  merge: {
    summary: 'Puts the parts of a sharded campaign together.',
    usage: 'prestop merge <report.json…> [options]',
    about: [
      'Takes the files that `prestop fuzz --shard i/n --out` wrote. The merged report is byte for byte that of the whole campaign.',
    ],
    options: ['out', 'format', 'json', 'help'],
    examples: [['prestop merge shards/*.json --out whole.json', 'all parts']],
    exitCodes: VERDICT_CODES,
  },
  record: {
    summary: 'Record deletions in your own cluster, with your own kubectl.',
    usage: 'prestop record --deployment <name> --out <folder> [options]',
    about: [
      'Follows Pods, EndpointSlices and Events with three watches of kubectl and deletes one Pod after the other, each once the Deployment ' +
        'is whole and quiet. Writes a file for each repetition as it ends; Ctrl-C and a broken watch lose none that is finished.',
      'It says beforehand what it will delete, and asks. It refuses to delete the only replica, or against a disruption budget.',
    ],
    options: [
      'deployment',
      'out',
      'repetitions',
      'mode',
      'kubectl',
      'context',
      'namespace',
      'yes',
      'dry-run',
      'resume',
      'max-unavailable',
      'allow-outage',
      'probe',
      'from',
      'help',
    ],
    examples: [
      ['prestop record --deployment web --dry-run', 'the rights, and the commands'],
      ['prestop record --deployment web --out recordings --repetitions 60', 'half an hour, for p95'],
      ['prestop record --deployment web --out recordings --resume --yes', 'go on where it ended'],
    ],
    exitCodes: ['0  done', '4  ended before all repetitions were done'],
  },
  calibrate: {
    summary: 'What are the delays of your own cluster? From recordings of it, or from its metrics.',
    usage: 'prestop calibrate <recordings or metrics…> --out prestop.delays.yaml [options]',
    about: [
      'Reads recordings (files and folders of .jsonl) and dumps of /metrics (.prom, .txt, or the JSON of Prometheus), and fits what they ' +
        'identify: for each delay site a table of quantiles, with the number of values, the source, the confidence, and what was assumed ' +
        'where only a sum was seen. Sites that nothing identifies are named and keep their default.',
      'Name the file in prestop.config.yaml (delays: ./prestop.delays.yaml), or give it with --delays. A verdict takes the pessimistic ' +
        'tables unless it is told another.',
    ],
    options: ['out', 'confidence', 'probed-router', 'format', 'json', 'help'],
    examples: [
      ['prestop calibrate recordings --out prestop.delays.yaml', 'a folder of recordings'],
      [
        'prestop calibrate before.prom after.prom --out prestop.delays.yaml',
        'what happened between two scrapes',
      ],
    ],
    exitCodes: ['0  done'],
  },
  init: {
    summary: 'Writes a prestop.config.yaml for your manifests: what was found, and what to fill in.',
    usage: 'prestop init <manifest…> [options]',
    about: [
      'Reads the manifests and writes a scenario file that names every workload, container and router in them, with a comment at each ' +
        'thing that nobody but you can say: what a process does at the stop signal, whose cluster it is, which delays were measured. ' +
        'Below stands a step for your CI. A file that is there is never overwritten.',
    ],
    options: ['out', 'print', 'help'],
    examples: [
      ['prestop init k8s/*.yaml', 'writes prestop.config.yaml here'],
      ['prestop init k8s --print', 'shows it'],
    ],
    exitCodes: ['0  written, or printed'],
  },
  schema: {
    summary:
      'Prints the JSON Schema of prestop.config.yaml, of what check --json prints, or of what fuzz --out writes.',
    usage: 'prestop schema [config|report|fuzz] [options]',
    about: [
      'For editors and validators: the schema (draft 7) of the scenario file, generated from what prestop itself checks by, with a text ' +
        'for every field. It also lies in the package, as dist/prestop.config.schema.json.',
    ],
    options: ['out', 'help'],
    examples: [
      ['prestop schema --out prestop.schema.json', 'beside the scenario file'],
      ['prestop schema report', 'of the output of check --json'],
      ['prestop schema fuzz', 'of the files that merge takes'],
    ],
    exitCodes: ['0  always'],
  },
  validate: {
    summary:
      'How well does the simulator foretell your cluster? Recordings against runs of their own scenario.',
    usage: 'prestop validate <recordings…> --delays prestop.delays.yaml [options]',
    about: [
      'Simulates the scenario of the recordings with the fitted delays and compares each milestone: the recorded median with 5 to 95 % of ' +
        'the runs, the recorded maximum with 99.9 % of them. Where a row fails it says by how much, and which delay site to look at.',
      'Without --delays, the delays are fitted on one half of the repetitions and held against the other half.',
    ],
    options: ['delays', 'config', 'runs', 'seed', 'format', 'json', 'help'],
    examples: [
      ['prestop validate recordings --delays prestop.delays.yaml', 'with what calibrate wrote'],
      ['prestop validate recordings', 'fitted on one half, held against the other'],
    ],
    exitCodes: ['0  every row agrees', '1  a row does not'],
  },
  playground: {
    summary: 'A page to play with: sliders, your YAML, and the simulator inside.',
    usage: 'prestop playground [manifest…] [options]',
    about: [
      'Makes one HTML file that asks for nothing from anywhere: move preStop, the grace period, a router’s lag, and see the picture, the ' +
        'verdict and the safe interval follow; step through a run event by event. Without manifests it opens with an experiment and a tour.',
    ],
    options: [...SCENARIO_OPTIONS, 'seed', 'out', 'open', 'help'],
    examples: [
      ['prestop playground --out page.html', 'the experiment, with a tour'],
      ['prestop playground k8s/*.yaml --open', 'your own manifests, in a browser'],
    ],
    exitCodes: ['0  done'],
  },
  presets: {
    summary:
      'Lists the presets of clusters, data planes, routers, apps and clients, and where their numbers are from.',
    usage: 'prestop presets [clusters|planes|routers|apps|clients] [options]',
    about: ['Presets are starting points. Replace what you have measured, with --set or in a scenario file.'],
    options: ['json', 'help'],
    examples: [['prestop presets routers', 'the routers']],
    exitCodes: ['0  always'],
  },
};

/** An option as a command has it. */
export function optionOf(command: CommandName, name: OptionName): OptionSpec {
  return COMMANDS[command].own?.[name] ?? OPTIONS[name];
}

export const BAD_INPUT_CODE = '2  bad input: a manifest, an option, a file; stderr says what to change';
export const OWN_FAULT_CODE = '3  prestop itself failed';
export const OUTPUT_CODE = '6  the output could not be written';
