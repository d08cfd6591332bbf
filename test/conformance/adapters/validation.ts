import {
  setDefaultsDeployment,
  setDefaultsProbe,
  setDefaultsService,
} from '../../../src/rules/validation/defaults.ts';
import type { FieldError } from '../../../src/rules/validation/field-error.ts';
import { formatFieldError } from '../../../src/rules/validation/field-error.ts';
import {
  validateContainers,
  validateInitContainers,
} from '../../../src/rules/validation/validate-container.ts';
import { validateDeploymentSpec } from '../../../src/rules/validation/validate-deployment.ts';
import { validateHandler } from '../../../src/rules/validation/validate-handler.ts';
import { validatePodSpec } from '../../../src/rules/validation/validate-pod-spec.ts';
import { validateProbe } from '../../../src/rules/validation/validate-probe.ts';
import { validateServiceSpec } from '../../../src/rules/validation/validate-service.ts';
import { validateSleepAction } from '../../../src/rules/validation/validate-sleep.ts';
import { validateStopSignal } from '../../../src/rules/validation/validate-stop-signal.ts';
import type { Adapter } from '../types.ts';

/** The version whose unit tests were transcribed. */
const minor = 36;
const options = { minor, terminationGracePeriodSeconds: 30, osName: undefined };

/** What the upstream tables add to every case and the transcription leaves out. */
const named = { name: 'abc', image: 'image' };

const withoutNulls = (value: any): any =>
  JSON.parse(JSON.stringify(value), (_, each) => (each === null ? undefined : each));

/** The table gives every error only those keys that its test compares. */
const sameErrors = (actual: readonly any[], expected: readonly any[]): boolean =>
  actual.length === expected.length &&
  expected.every((each, index) =>
    Object.keys(each).every((key) => JSON.stringify(actual[index][key]) === JSON.stringify(each[key])),
  );

const outcome = (errors: readonly FieldError[]) => ({
  errors,
  valid: errors.length === 0,
  numErrors: errors.length,
  error: errors.map(formatFieldError).join(', '),
  firstErrorContains: errors[0] === undefined ? '' : formatFieldError(errors[0]),
});

const agrees = (actual: any, expected: any): boolean => {
  if ('errors' in expected) return sameErrors(actual.errors, expected.errors);
  if ('firstErrorContains' in expected)
    return actual.firstErrorContains.includes(expected.firstErrorContains);
  return Object.keys(expected).every((key) => actual[key] === expected[key]);
};

const validation = (group: string, validate: (input: any) => readonly FieldError[]): Adapter => ({
  name: group,
  matches: (testCase) => testCase.group === group,
  actual: (input) => outcome(validate(input)),
  agrees,
});

/** `{'template.spec.restartPolicy': 'Never'}` → the same at that place. */
const setAt = (target: any, dotted: string, value: any): any => {
  const [head = '', ...rest] = dotted.split('.');
  return { ...target, [head]: rest.length === 0 ? value : setAt(target?.[head], rest.join('.'), value) };
};

const baseDeployment = {
  replicas: 0,
  selector: { matchLabels: { name: 'abc' } },
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
  template: {
    metadata: { labels: { name: 'abc' } },
    spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, containers: [named] },
  },
};

export const adapters: readonly Adapter[] = [
  validation('validate-sleep', (input) =>
    validateSleepAction({ seconds: input.seconds }, 'root', {
      minor,
      terminationGracePeriodSeconds: input.terminationGracePeriodSeconds,
      allowZero: input.allowZeroGate,
    }),
  ),
  validation('validate-stopsignal', (input) =>
    validateStopSignal(input.stopSignal, 'root', input.podOS ?? undefined),
  ),
  validation('validate-handler', (input) => validateHandler(input.handler, 'field', options)),
  validation('validate-probe', (input) => validateProbe(input.probe ?? undefined, 'test', options)),
  validation('validate-container', (input) => {
    const sidecar = input['initContainer(restartPolicy=Always)'];
    const plain = input['initContainer(no restartPolicy)'];
    if (sidecar !== undefined) {
      const container = { ...named, restartPolicy: 'Always', ...sidecar };
      return validateInitContainers([container], [], 'initContainers', options);
    }
    if (plain !== undefined) {
      return validateInitContainers([{ ...named, ...plain }], [], 'initContainers', options);
    }
    return validateContainers([{ ...named, ...input.container }], 'containers', options);
  }),
  validation('validate-pod', (input) => {
    const stopSignal = input['containers[0].lifecycle.stopSignal'];
    const spec = {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      containers: [{ ...named, lifecycle: { stopSignal } }],
      ...(input.podOS === null ? {} : { os: { name: input.podOS } }),
    };
    return validatePodSpec(spec, 'spec', { minor, resourceIsPod: true });
  }),
  validation('validate-service', (input) => {
    const spec = setDefaultsService({
      ports: [{ port: 8675 }],
      trafficDistribution: input.trafficDistribution,
    });
    return validateServiceSpec(spec, 'spec', {
      minor,
      preferSameTrafficDistribution: input.preferSameTrafficDistributionGate,
    });
  }),
  validation('validate-deployment', (input) => {
    const spec = Object.entries(input).reduce(
      (target, [path, value]) => setAt(target, path, value),
      baseDeployment as any,
    );
    return validateDeploymentSpec(spec, 'spec', { minor });
  }),
  {
    name: 'defaults',
    matches: (testCase) => testCase.group === 'defaults',
    actual: (input) => {
      if ('probe' in input) return { probe: setDefaultsProbe(input.probe) };
      const spec = setDefaultsDeployment(withoutNulls(input), { minor });
      return { ...spec, 'template.spec': spec.template?.spec };
    },
  },
];
