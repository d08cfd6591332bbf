/**
 * Something that an API server accepts and that is probably not what its author wanted, as data. `describe(finding)` of the package is
 * its text, with what to do about it.
 */
export type Finding = FindingFact & {
  readonly severity: 'warning' | 'info';
  readonly path: readonly (string | number)[];
  /** Of the object that it is about: `manifests[0] Deployment/web`. */
  readonly object: string;
  /** As the API server prints it: `spec.template.spec.containers[0]`. */
  readonly field: string;
  /** Where the text was YAML; counts from 1. */
  readonly line?: number;
};

/** A finding whose place is said by whoever asks. */
export type Note = FindingFact & Pick<Finding, 'severity'>;

/** What the API server accepts and is probably not meant, with its names and numbers. */
export type FindingFact =
  /** A real cluster refuses the object, which says no apiVersion. */
  | { readonly code: 'apiVersionMissing'; readonly served: string }
  /** The version drops the field without a word, since its feature gate is off. */
  | { readonly code: 'fieldDropped'; readonly gate: string }
  /** An error in a field that no run reads, as the API server prints it. */
  | { readonly code: 'refusedByApiServer'; readonly error: string }
  /** Kubernetes knows no such field at this place. */
  | { readonly code: 'unknownField' }
  | { readonly code: 'serviceWithoutSelector' }
  /** No Pod of the manifests in its namespace has the labels, each as `key=value`. */
  | { readonly code: 'serviceSelectsNothing'; readonly namespace: string; readonly labels: readonly string[] }
  /** The port is judged as if it took TCP connections. */
  | { readonly code: 'protocolNotSimulated'; readonly protocol: string; readonly port: number }
  /** No container of these workloads (`Deployment/web`) has a port of that name. */
  | {
      readonly code: 'targetPortUnknown';
      readonly targetPort: number | string;
      readonly workloads: readonly string[];
    }
  /** While the only Pod is replaced outside a rolling update, nothing serves. */
  | { readonly code: 'singleReplica' }
  /** A StatefulSet's own Service is not among the manifests; `pod`: the name of its first Pod that DNS would know then. */
  | { readonly code: 'serviceNameUnknown'; readonly serviceName: string; readonly pod: string }
  | { readonly code: 'noPreStop'; readonly container: string }
  | { readonly code: 'noReadinessProbe'; readonly container: string }
  /** A shell as process 1 does not pass the stop signal on. `instead`: the script's only command, behind `exec`. */
  | { readonly code: 'shellIsPidOne'; readonly container: string; readonly instead: string | null }
  /** The API server accepts such a hook, the kubelet cannot run it. */
  | { readonly code: 'tcpSocketPreStop' }
  /** `named`: the names that the container's ports have. */
  | {
      readonly code: 'hookPortUnknown';
      readonly container: string;
      readonly port: number | string;
      readonly named: readonly string[];
    }
  /** By its name, the image holds no program that the hook runs. */
  | {
      readonly code: 'hookNeedsBinary';
      readonly container: string;
      readonly image: string;
      readonly binaries: readonly string[];
    }
  /** The hook has the server stop listening so long after the hook's start, or as the last of what it does. */
  | { readonly code: 'hookClosesListener'; readonly atMs: number | 'end'; readonly command: string }
  /** A hook as long as the grace period, or longer. `exact`: it takes no longer than `hookMs`. */
  | {
      readonly code: 'preStopExceedsGrace' | 'preStopTakesAllGrace';
      readonly hook: 'sleep' | 'exec';
      readonly hookMs: number;
      readonly exact: boolean;
      readonly graceSeconds: number;
    }
  | HookNote;

/** Something about a hook's command that its author would want to know. */
export type HookNote =
  /** It fails at once: no such program, a script that no shell reads, an operand that `sleep` does not take (null: there is none). */
  | { readonly code: 'hookFails'; readonly cause: 'program'; readonly program: string }
  | { readonly code: 'hookFails'; readonly cause: 'script'; readonly problem: string }
  | { readonly code: 'hookFails'; readonly cause: 'sleepOperand'; readonly operand: string | null }
  /** What the process does at the signal is not known. `to`: a program's name, or `every process`. */
  | { readonly code: 'hookSignal'; readonly signal: string; readonly to: string }
  /** Process 1 is not the container's own. */
  | { readonly code: 'hookSignalsPause'; readonly signal: string }
  /** Operands of `sleep` that not every `sleep` takes. */
  | { readonly code: 'sleepDiffers'; readonly operands: readonly string[] };
