import type { Finding, FindingFact, HookNote } from '../cluster/finding.ts';
import { printableSentence } from '../cluster/printable.ts';
import { SECONDS_AFTER_HOOK } from '../manifests/field-issue.ts';

type Code = FindingFact['code'];
type OfCode<C extends Code> = Finding & FactOf<FindingFact, C>;
/** Codes that share their fields stand in one member of the union. */
type FactOf<F, C extends Code> = F extends { readonly code: infer D } ? (C extends D ? F : never) : never;
/** What is the case, and what to do about it. */
interface Words {
  readonly text: string;
  readonly fix: string;
}

/** What was found in a manifest, with the object and the field that it was found at, and what to do about it. */
export function findingWords(finding: Finding): Words {
  const { text, fix } = (TEXTS[finding.code] as (of: Finding) => Words)(finding);
  const where = finding.code === 'apiVersionMissing' ? finding.object : `${finding.object} ${finding.field}:`;
  return { text: printableSentence(`${where} ${text}`), fix: printableSentence(fix) };
}

const TEXTS: { readonly [C in Code]: (finding: OfCode<C>) => Words } = {
  apiVersionMissing: ({ served }) => ({
    text: 'has no apiVersion; a real cluster refuses it',
    fix: `Set apiVersion: ${served}.`,
  }),
  fieldDropped: ({ field, gate }) => ({
    text: `the API server drops this field without a word, because its feature gate ${gate} is off in this version`,
    fix: field.endsWith('.sleep') ? 'Use exec: {command: ["sleep", "…"]} instead.' : 'Remove the field.',
  }),
  refusedByApiServer: ({ error }) => ({
    text: `a real cluster refuses this (${error}); the simulation does not depend on it`,
    fix: 'Set it before you apply the manifest.',
  }),
  unknownField: () => ({
    text: 'Kubernetes knows no such field at this place: kubectl refuses it, and it changes nothing here',
    fix: 'Correct its name or its place, or remove it.',
  }),
  serviceWithoutSelector: () => ({
    text: 'without a selector the Service gets no endpoints from the EndpointSlice controller',
    fix: 'Set spec.selector to labels of the Pods, unless something else writes its EndpointSlices.',
  }),
  serviceSelectsNothing: ({ namespace, labels }) => ({
    text: `no Pod of these manifests in namespace ${namespace} has the labels ${labels.join(', ')}`,
    fix: 'Make the selector and the labels of the Pod template agree.',
  }),
  protocolNotSimulated: ({ protocol, port }) => ({
    text: `${protocol} is not simulated: port ${port} is judged as if it took TCP connections`,
    fix: 'Take no verdict about it from here.',
  }),
  targetPortUnknown: ({ targetPort, workloads }) => ({
    text: `no container of ${workloads.join(', ')} has a port named ${targetPort}, so nothing is routed there`,
    fix: `Name a container port ${targetPort}, or set targetPort to its number.`,
  }),
  singleReplica: () => ({
    text: 'while the only Pod is replaced outside a rolling update (drain, eviction), nothing serves',
    fix: 'Set replicas to 2 or more.',
  }),
  serviceNameUnknown: ({ serviceName, pod }) => ({
    text: `there is no Service ${serviceName} among these manifests, and without it DNS knows no Pod by name (${pod})`,
    fix: `Add it with clusterIP: None, or name the one that there is.`,
  }),
  noPreStop: ({ container }) => ({
    text: `container ${container} has no preStop: the stop signal comes while routers still send connections`,
    fix: 'Add lifecycle.preStop with a sleep, unless the application itself keeps serving after the stop signal.',
  }),
  noReadinessProbe: ({ container }) => ({
    text: `container ${container} has no readinessProbe: it counts as ready as soon as it runs`,
    fix: 'Add a readinessProbe that succeeds when the application accepts connections.',
  }),
  shellIsPidOne: ({ container, instead }) => ({
    text:
      `container ${container} runs a shell as process 1, which as a rule does not pass the stop signal on: the application then lives ` +
      'until SIGKILL',
    fix: `Start the application with exec${instead === null ? '' : ` (${instead})`}, or without a shell.`,
  }),
  tcpSocketPreStop: () => ({
    text: 'the API server accepts tcpSocket here, but the kubelet cannot run it: the hook fails at once',
    fix: 'Use sleep, exec or httpGet.',
  }),
  hookPortUnknown: ({ container, port, named }) => ({
    text:
      `container ${container} has no port named ${JSON.stringify(port)}: the kubelet sends no request, the hook fails at once, and the ` +
      'stop signal follows',
    fix: `Use the number of the port${named.length === 0 ? '' : `, or one of its names: ${named.join(', ')}`}.`,
  }),
  hookNeedsBinary: ({ container, image, binaries }) => ({
    text:
      `the hook runs ${binaries.join(' and ')}, and an image like ${image} holds no such program: the hook then fails at once, and the ` +
      'stop signal follows',
    fix: `Use sleep: {seconds: …}, which the kubelet runs itself; to see what happens now: apps.${container}.preStop.missingBinary: true.`,
  }),
  hookClosesListener: ({ atMs, command }) => ({
    text:
      `the hook has the server stop listening ${atMs === 'end' || atMs === 0 ? 'as its first thing' : `${atMs / 1000} s after its start`} ` +
      `(${command}), while routers may still send connections`,
    fix: 'Let it sleep first and close then, or leave the closing to the stop signal.',
  }),
  preStopExceedsGrace: (finding) => ({
    text:
      `the ${hookLength(finding, 'takes')} and cannot fit terminationGracePeriodSeconds ${finding.graceSeconds}: it is cut off after ` +
      `${finding.graceSeconds} s, and the application is killed right after its stop signal`,
    fix: moreGrace(finding.hookMs),
  }),
  preStopTakesAllGrace: (finding) => ({
    text:
      `the ${hookLength(finding, 'of')} takes all of terminationGracePeriodSeconds ${finding.graceSeconds}: nothing is left for the ` +
      'application to finish its work',
    fix: moreGrace(finding.hookMs),
  }),
  hookFails,
  hookSignal: ({ signal, to }) => ({
    text: `the hook sends SIG${signal} to ${to}; what the process does then is not known, and it is taken to go on listening`,
    fix: "Where it stops listening, say so: apps.<container>.preStop.effect: 'closeListener'.",
  }),
  hookSignalsPause: ({ signal }) => ({
    text:
      `the hook sends SIG${signal} to process 1, which is not the container's own here (shareProcessNamespace or hostPID): the ` +
      'application does not get it',
    fix: 'Signal the application by its name, e.g. pkill -TERM nginx, or leave the signal to the kubelet.',
  }),
  sleepDiffers: ({ operands }) => ({
    text:
      `"sleep ${operands.join(' ')}" is read as by GNU coreutils and by busybox with its usual options; a plain POSIX sleep takes one ` +
      'whole number of seconds and fails at anything else',
    fix: 'Write one whole number of seconds.',
  }),
};

type LongHook = OfCode<'preStopExceedsGrace' | 'preStopTakesAllGrace'>;

function hookLength({ hook, hookMs, exact }: LongHook, verb: 'takes' | 'of'): string {
  return `${hook === 'sleep' ? 'sleep' : 'exec sleep'} ${verb} ${exact ? '' : 'at least '}${hookMs / 1000} s`;
}

function moreGrace(hookMs: number): string {
  const wanted = Math.ceil(hookMs / 1000) + SECONDS_AFTER_HOOK;
  return (
    `Raise terminationGracePeriodSeconds to ${wanted} or more (the hook and at least ${SECONDS_AFTER_HOOK} s for the application), or ` +
    'shorten the hook.'
  );
}

const AS_ELEMENTS =
  'Write program and arguments as separate elements, e.g. ["sleep", "15"], or use ["sh", "-c", "…"].';

function hookFails(finding: Extract<HookNote, { readonly code: 'hookFails' }>): Words {
  if (finding.cause === 'sleepOperand') {
    const { operand } = finding;
    const what =
      operand === null ? 'without a duration' : `does not take ${JSON.stringify(operand)} as a duration and`;
    return { text: `sleep ${what} fails at once`, fix: 'Write the seconds as a number, e.g. sleep 15.' };
  }
  const why =
    finding.cause === 'program' ? `there is no program ${JSON.stringify(finding.program)}` : finding.problem;
  const text = `${why}: the hook fails at once (FailedPreStopHook), and the stop signal follows`;
  return { text, fix: AS_ELEMENTS };
}
