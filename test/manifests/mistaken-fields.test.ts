import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../src/index.ts';
import { container, deployment, service } from '../run/manifests.ts';

/** Fields in another spelling or at another place: the hook that is not there because nobody reads it. */

function issuesOf(containers: readonly object[], spec: object = {}) {
  const web = deployment({ containers });
  const result = parseScenario({ manifests: [{ ...web, spec: { ...web.spec, ...spec } }, service()] });
  return result.ok ? [] : result.issues;
}

const hook = { sleep: { seconds: 5 } };

describe('a field that kubectl would refuse as unknown', () => {
  it.each([
    [
      'another spelling of preStop',
      { lifecycle: { prestop: hook } },
      'lifecycle.prestop',
      'Did you mean preStop?',
    ],
    ['of lifecycle', { Lifecycle: { preStop: hook } }, 'Lifecycle', 'Did you mean lifecycle?'],
    ['of a probe', { readinessprobe: {} }, 'readinessprobe', 'Did you mean readinessProbe?'],
    [
      'of a handler',
      { lifecycle: { preStop: { httpget: {} } } },
      'lifecycle.preStop.httpget',
      'Did you mean httpGet?',
    ],
    ['a slip in a probe', { readynessProbe: {} }, 'readynessProbe', 'Did you mean readinessProbe?'],
    ['a slip in lifecycle', { lifecyle: {} }, 'lifecyle', 'Did you mean lifecycle?'],
    [
      'a slip in a sleep',
      { lifecycle: { preStop: { sleep: { second: 5 } } } },
      'lifecycle.preStop.sleep.second',
      'Did you mean seconds?',
    ],
    ['a hook outside of lifecycle', { preStop: hook }, 'preStop', 'Move it to lifecycle.'],
    [
      'the grace period in the container',
      { terminationGracePeriodSeconds: 60 },
      'terminationGracePeriodSeconds',
      "Move it to the Pod's spec, beside containers.",
    ],
  ])('%s', (_, fields, field, fix) => {
    const issues = issuesOf([{ ...container(), ...fields }]);
    expect(issues).toContainEqual(
      expect.objectContaining({
        code: 'unknownField',
        path: ['manifests', 0, 'spec', 'template', 'spec', 'containers', 0, ...field.split('.')],
        message: expect.stringMatching(new RegExp(`containers\\[0\\]\\.${field}: unknown field$`)),
        fix,
      }),
    );
  });

  it.each([
    ['startegy', 'strategy'],
    ['replica', 'replicas'],
    ['minReadySecond', 'minReadySeconds'],
  ])('of a Deployment: %s', (field, meant) => {
    expect(issuesOf([container()], { [field]: {} })).toMatchObject([
      { code: 'unknownField', fix: `Did you mean ${meant}?` },
    ]);
  });

  it.each(['terminationGracePeriodSecond', 'terminationGracePeriodSecs'])('of a Pod: %s', (field) => {
    const web = deployment({});
    const { template } = web.spec;
    const changed = {
      ...web,
      spec: { ...web.spec, template: { ...template, spec: { ...template.spec, [field]: 60 } } },
    };
    const result = parseScenario({ manifests: [changed, service()] });
    expect(result.ok ? [] : result.issues).toMatchObject([
      { code: 'unknownField', fix: 'Did you mean terminationGracePeriodSeconds?' },
    ]);
  });

  it('of a Service', () => {
    const web = service();
    const result = parseScenario({
      manifests: [deployment({}), { ...web, spec: { ...web.spec, selectors: {} } }],
    });
    expect(result.ok ? [] : result.issues).toMatchObject([
      { code: 'unknownField', fix: 'Did you mean selector?' },
    ]);
  });

  it('the grace period of a Deployment outside of its template', () => {
    expect(issuesOf([container()], { terminationGracePeriodSeconds: 60 })).toMatchObject([
      { code: 'unknownField', fix: 'Move it to template.spec.' },
    ]);
  });

  it('and not what is known to Kubernetes though the simulation does not read it', () => {
    expect(
      issuesOf([{ ...container(), resources: {}, env: [], volumeMounts: [] }], {
        progressDeadlineSeconds: 9,
      }),
    ).toEqual([]);
  });
});
