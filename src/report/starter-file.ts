import { printableSentence } from '../cluster/printable.ts';
import { jsonText } from './foreign.ts';

/** The scenario file that `prestop init` writes: what the manifests say, and a comment at each thing that they cannot say. */

export interface StarterContainer {
  readonly workload: string;
  /** Its key among `apps`: short where that is clear. */
  readonly key: string;
  readonly image: string;
  readonly preStop: string;
  readonly graceSeconds: number;
  /** A preset whose name is in the image's. */
  readonly preset: string | null;
  /** Why the duration of its hook is not known; null where it is. */
  readonly unknownHook: string | null;
}

export interface Starter {
  readonly schemaUrl: string;
  readonly manifests: readonly string[];
  readonly containers: readonly StarterContainer[];
  /** Routers that the manifests name, in sentences. */
  readonly routers: readonly string[];
  /** What was not understood, in sentences. */
  readonly unknowns: readonly string[];
}

export function starterFile({ schemaUrl, manifests, containers, routers, unknowns }: Starter): string {
  return `${[
    `# yaml-language-server: $schema=${schemaUrl}`,
    '# What prestop cannot read out of your manifests. Whatever is left out has a default; `prestop check` says what it rests on.',
    '',
    'manifests:',
    ...manifests.map((path) => `  - ${quoted(path)}`),
    '',
    '# FILL IN: your version and nodes, or a preset (`prestop presets clusters`). kube-proxy: --iptables-min-sync-period, if you set it.',
    'cluster:',
    '  version: "1.30"',
    '  nodes: 3',
    '  # kubeProxy: { minSyncPeriod: 1s }',
    '',
    '# FILL IN: what each process does at the stop signal, and how long its longest request takes (drain).',
    '# onStopSignal: drain | exit | crash | ignore (a shell as PID 1). Presets: `prestop presets apps`.',
    '# apps:',
    ...containers.flatMap(containerLines),
    '',
    ...routerLines(routers),
    '',
    ...(unknowns.length === 0
      ? []
      : [
          '# NOT UNDERSTOOD, and so not judged:',
          ...unknowns.map((text) => `# - ${printableSentence(text)}`),
          '',
        ]),
    '# Your own delays, measured in half an hour: `prestop record`, then `prestop calibrate --out prestop.delays.yaml`.',
    '# delays: ./prestop.delays.yaml',
    '',
    '# What need not be judged, and why.',
    '# accept: [{ service: db, reason: is restarted by hand }]',
    '',
    '# In CI (GitHub Actions; other systems: npx prestop check --format junit, sarif or markdown):',
    '#   - uses: actions/setup-node@v4',
    '#     with: { node-version: 22 }',
    '#   - run: npx prestop check --format github',
  ].join('\n')}\n`;
}

/** Left to be taken up by a person: what nobody has confirmed must not count as described. */
function containerLines(container: StarterContainer): readonly string[] {
  const { workload, key, image, preStop, graceSeconds, preset, unknownHook } = container;
  const hook = unknownHook === null ? '' : ', preStop: { duration: 10s }';
  const settings =
    preset === null
      ? `{ onStopSignal: drain, drain: 5s${hook} }`
      : `{ preset: ${preset}, drain: 5s${hook} } # looks like ${preset}`;
  return [
    `#   # ${printableSentence(workload)}: ${printableSentence(image)}, preStop ${printableSentence(preStop)}, grace period ${graceSeconds} s`,
    ...(unknownHook === null
      ? []
      : [`#   # How long its hook takes has to be said: ${printableSentence(unknownHook)}`]),
    `#   ${quoted(key)}: ${settings}`,
  ];
}

function routerLines(routers: readonly string[]): readonly string[] {
  if (routers.length === 0) {
    return [
      '# The manifests name no router beside the nodes. FILL IN a load balancer that sends to Pods (`prestop presets routers`).',
      '# routers: [awsAlbIp]',
    ];
  }
  return [
    '# Routers that the manifests name; they route by their presets without a word here. FILL IN what you have measured.',
    ...routers.map((text) => `# - ${printableSentence(text)}`),
    '# routers: [{ preset: awsAlbIp, lag: { uniform: [2s, 20s] } }]',
  ];
}

/** A plain scalar where YAML takes it for text and nothing else. */
function quoted(text: string): string {
  const isPlain =
    /^[A-Za-z./][\w./*-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : jsonText(text);
}
