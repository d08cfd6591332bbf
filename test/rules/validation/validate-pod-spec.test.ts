import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../../src/rules/validation/field-error.ts';
import type { ContainerFields, PodSpecFields } from '../../../src/rules/validation/manifest-fields.ts';
import { validatePodSpec } from '../../../src/rules/validation/validate-pod-spec.ts';

const app: ContainerFields = { name: 'app', image: 'app' };
const base: PodSpecFields = {
  containers: [app],
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
};
const brief = (errors: readonly FieldError[]) => errors.map(({ type, field }) => `${type} ${field}`);
const validate = (spec: PodSpecFields, minor = 30, resourceIsPod = true) =>
  brief(validatePodSpec({ ...base, ...spec }, 'spec', { minor, resourceIsPod }));

describe('the spec of a Pod', () => {
  const hook = { preStop: { exec: { command: ['true'] } } };
  const port = { containerPort: 80, protocol: 'TCP' };
  it.each<[text: string, spec: PodSpecFields, errors: string[]]>([
    ['that is plain is accepted', {}, []],
    ['may have no grace at all', { terminationGracePeriodSeconds: 0 }, []],
    ['may have negative grace', { terminationGracePeriodSeconds: -5 }, []],
    [
      'may tolerate every taint, one key, one value, and an eviction for a time',
      {
        tolerations: [
          { operator: 'Exists' },
          { key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' },
          { key: 'dedicated', value: 'db' },
          {
            key: 'node.kubernetes.io/not-ready',
            operator: 'Exists',
            effect: 'NoExecute',
            tolerationSeconds: 0,
          },
        ],
      },
      [],
    ],
    [
      'may not give a time to a toleration of another effect than NoExecute, or of any',
      {
        tolerations: [
          { key: 'a', operator: 'Exists', tolerationSeconds: 30 },
          { key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 30 },
        ],
      },
      ['Invalid spec.tolerations[0].effect', 'Invalid spec.tolerations[1].effect'],
    ],
    [
      'may not tolerate without a key, with a value beside Exists, or by what does not exist',
      {
        tolerations: [
          { value: 'a' },
          { key: 'a', operator: 'Exists', value: 'b' },
          { key: 'a b', operator: 'In', effect: 'No' },
        ],
      },
      [
        'Invalid spec.tolerations[0].operator',
        'Invalid spec.tolerations[1].operator',
        'Invalid spec.tolerations[2].key',
        'NotSupported spec.tolerations[2].operator',
        'NotSupported spec.tolerations[2].effect',
      ],
    ],
    ['needs a container', { containers: [] }, ['Required spec.containers']],
    [
      'needs containers with a name of their own',
      { containers: [app, app, {}] },
      [
        'Duplicate spec.containers[1].name',
        'Required spec.containers[2].name',
        'Required spec.containers[2].image',
      ],
    ],
    [
      'may not give an init container the name of a container',
      { initContainers: [app] },
      ['Duplicate spec.initContainers[0].name'],
    ],
    [
      'may not give a hook or a probe to a plain init container',
      { initContainers: [{ ...app, name: 'init', lifecycle: hook, livenessProbe: {} }] },
      ['Forbidden spec.initContainers[0].lifecycle', 'Forbidden spec.initContainers[0].livenessProbe'],
    ],
    [
      'may give a hook to a native sidecar',
      { initContainers: [{ ...app, name: 'proxy', restartPolicy: 'Always', lifecycle: hook }] },
      [],
    ],
    [
      'refuses a hook of a native sidecar that sleeps too long',
      {
        initContainers: [
          {
            ...app,
            name: 'proxy',
            restartPolicy: 'Always',
            lifecycle: { preStop: { sleep: { seconds: 40 } } },
          },
        ],
      },
      ['Invalid spec.initContainers[0].lifecycle.preStop.sleep'],
    ],
    [
      'refuses ports that are none',
      {
        containers: [
          { ...app, ports: [{ protocol: 'TCP' }, { ...port, containerPort: 65536 }, { containerPort: 1 }] },
        ],
      },
      [
        'Required spec.containers[0].ports[0].containerPort',
        'Invalid spec.containers[0].ports[1].containerPort',
        'Required spec.containers[0].ports[2].protocol',
      ],
    ],
    [
      'may not take a host port twice',
      {
        containers: [
          { ...app, ports: [{ ...port, hostPort: 80 }] },
          { ...app, name: 'b', ports: [{ ...port, containerPort: 81, hostPort: 80 }] },
        ],
      },
      ['Duplicate spec.containers[1].ports[0].hostPort'],
    ],
    [
      'refuses an unknown restart policy',
      { restartPolicy: 'Sometimes' },
      ['NotSupported spec.restartPolicy'],
    ],
    [
      'refuses a readiness gate without a proper name',
      { readinessGates: [{ conditionType: 'example.com/ready' }, { conditionType: '/x' }] },
      ['Invalid spec.readinessGates[1].conditionType'],
    ],
    ['refuses an unknown operating system', { os: { name: 'plan9' } }, ['NotSupported spec.os.name']],
  ])('%s', (_, spec, errors) => {
    expect(validate(spec)).toEqual(errors);
  });

  it('words the ban of hooks on init containers by version', () => {
    const details = [27, 28].map((minor) =>
      validatePodSpec({ ...base, initContainers: [{ ...app, name: 'init', lifecycle: hook }] }, 'spec', {
        minor,
        resourceIsPod: true,
      }).map(({ detail }) => detail),
    );
    expect(details).toEqual([
      ['may not be set for init containers'],
      ['may not be set for init containers without restartPolicy=Always'],
    ]);
  });

  it('lets a container have a restart policy of its own since 1.35', () => {
    const spec = { containers: [{ ...app, restartPolicy: 'Never' }] };
    expect(validate(spec, 34)).toEqual(['Forbidden spec.containers[0].restartPolicy']);
    expect(validate(spec, 35)).toEqual([]);
  });

  it('on the host network needs host ports, which a template may leave to the Pod', () => {
    const spec = { hostNetwork: true, containers: [{ ...app, ports: [port] }] };
    expect(validate(spec)).toEqual(['Invalid spec.containers[0].ports[0].hostPort']);
    expect(validate(spec, 30, false)).toEqual([]);
  });
});
