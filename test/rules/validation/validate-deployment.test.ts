import { describe, expect, it } from 'vitest';
import {
  matchesLabelSelector,
  matchesServiceSelector,
  validateLabelSelector,
} from '../../../src/rules/machinery/match-label-selector.ts';
import type { FieldError } from '../../../src/rules/validation/field-error.ts';
import type { DeploymentSpecFields } from '../../../src/rules/validation/manifest-fields.ts';
import {
  validateDeploymentSpec,
  validateReplicaSetSpec,
} from '../../../src/rules/validation/validate-deployment.ts';

const podSpec = {
  containers: [{ name: 'app', image: 'app' }],
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
};
const labels = { app: 'web' };
const base: DeploymentSpecFields = {
  replicas: 2,
  selector: { matchLabels: labels },
  template: { metadata: { labels }, spec: podSpec },
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
};
const brief = (errors: readonly FieldError[]) => errors.map(({ type, field }) => `${type} ${field}`);
const rolling = (maxSurge: number | string, maxUnavailable: number | string): DeploymentSpecFields => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
});

describe('the spec of a Deployment', () => {
  it.each<[text: string, spec: DeploymentSpecFields, errors: string[]]>([
    ['that is plain is accepted', {}, []],
    ['may ask for no replica', { replicas: 0 }, []],
    ['may not ask for less', { replicas: -1 }, ['Invalid s.replicas']],
    ['may surge by one and lack none', rolling(1, 0), []],
    ['may surge by a percentage that rounds to anything', rolling('1%', 0), []],
    ['may not surge by 0 and lack 0', rolling(0, 0), ['Invalid s.strategy.rollingUpdate.maxUnavailable']],
    [
      'may not do so in percent either',
      rolling('0%', '0%'),
      ['Invalid s.strategy.rollingUpdate.maxUnavailable'],
    ],
    ['may not lack more than all', rolling(0, '101%'), ['Invalid s.strategy.rollingUpdate.maxUnavailable']],
    ['may surge by more than all', rolling('200%', 0), []],
    ['may not surge by a number in quotes', rolling('2', 1), ['Invalid s.strategy.rollingUpdate.maxSurge']],
    [
      'may not be recreated with parameters',
      { strategy: { type: 'Recreate', rollingUpdate: {} } },
      ['Forbidden s.strategy.rollingUpdate'],
    ],
    ['needs a known strategy', { strategy: { type: 'Canary' } }, ['NotSupported s.strategy.type']],
    ['needs a selector', { selector: undefined }, ['Required s.selector']],
    ['needs a selector that selects', { selector: {} }, ['Invalid s.selector']],
    [
      'needs a selector that selects its own Pods',
      { selector: { matchLabels: { app: 'api' } } },
      ['Invalid s.template.metadata.labels'],
    ],
    [
      'with a selector that cannot be built is not checked any further',
      { selector: { matchLabels: { 'a b': 'c' } }, template: {} },
      ['Invalid s.selector.matchLabels', 'Invalid s.selector'],
    ],
    [
      'needs a deadline after the Pods can be available',
      { minReadySeconds: 600, progressDeadlineSeconds: 600 },
      ['Invalid s.progressDeadlineSeconds'],
    ],
    [
      'must restart its containers always and set no deadline for its Pods',
      {
        template: {
          metadata: { labels },
          spec: { ...podSpec, restartPolicy: 'Never', activeDeadlineSeconds: 9 },
        },
      },
      ['NotSupported s.template.spec.restartPolicy', 'Forbidden s.template.spec.activeDeadlineSeconds'],
    ],
  ])('%s', (_, spec, errors) => {
    expect(brief(validateDeploymentSpec({ ...base, ...spec }, 's', { minor: 30 }))).toEqual(errors);
  });

  it('is refused for a hook in its template, not only when its Pods are created', () => {
    const lifecycle = { preStop: { sleep: { seconds: 60 } } };
    const template = {
      metadata: { labels },
      spec: { ...podSpec, containers: [{ name: 'app', image: 'app', lifecycle }] },
    };
    const field = 's.template.spec.containers[0].lifecycle.preStop.sleep';
    expect(brief(validateDeploymentSpec({ ...base, template }, 's', { minor: 30 }))).toEqual([
      `Invalid ${field}`,
    ]);
    expect(brief(validateReplicaSetSpec({ ...base, template }, 's', { minor: 30 }))).toEqual([
      `Invalid ${field}`,
    ]);
  });
});

describe('a label selector', () => {
  const web = { app: 'web', tier: 'front' };
  it.each<[text: string, operator: string, key: string, values: string[], matches: boolean]>([
    ['finds a value among several', 'In', 'app', ['api', 'web'], true],
    ['finds no value of an absent label', 'In', 'zone', ['a'], false],
    ['takes an absent label for another value', 'NotIn', 'zone', ['a'], true],
    ['excludes a value', 'NotIn', 'app', ['web'], false],
    ['asks for a label', 'Exists', 'tier', [], true],
    ['asks for the absence of a label', 'DoesNotExist', 'tier', [], false],
    ['does not take an inherited property for a label', 'Exists', 'constructor', [], false],
    ['matches nothing with an unknown operator', 'Near', 'app', ['web'], false],
  ])('%s', (_, operator, key, values, matches) => {
    expect(matchesLabelSelector(web, { matchExpressions: [{ key, operator, values }] })).toBe(matches);
  });

  it('matches everything when empty, while an empty Service selector picks nothing', () => {
    expect(matchesLabelSelector(web, {})).toBe(true);
    expect(matchesServiceSelector(web, {})).toBe(false);
    expect(matchesServiceSelector(web, { app: 'web' })).toBe(true);
    expect(matchesServiceSelector(web, { app: 'web', tier: 'back' })).toBe(false);
  });

  it('is refused where operator and values do not go together', () => {
    const matchExpressions = [
      { key: 'a', operator: 'In', values: [] },
      { key: 'a', operator: 'Exists', values: ['x'] },
      { key: 'a', operator: 'Near', values: [] },
    ];
    expect(brief(validateLabelSelector({ matchExpressions }, 's'))).toEqual([
      'Required s.matchExpressions[0].values',
      'Forbidden s.matchExpressions[1].values',
      'Invalid s.matchExpressions[2].operator',
    ]);
  });
});
