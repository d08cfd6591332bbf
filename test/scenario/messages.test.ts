import { expect, it } from 'vitest';
import { formatIssues, parseScenario } from '../../src/index.ts';
import { deployment, execScript, service } from '../run/manifests.ts';

/** Whole texts, as a person reads them. */

function textOf(input: unknown): string {
  const result = parseScenario(input);
  return result.ok ? '' : formatIssues(result.issues);
}

it('names that the manifests do not hold', () => {
  const text = textOf({
    manifests: [deployment({ replicas: 12 }), service()],
    apps: { nginx: {} },
    routers: [{ name: 'alb', lag: '20s', services: ['api'] }],
    actions: [{ type: 'deletePod', pod: 'web-1-12' }],
  });
  expect(text).toMatchInlineSnapshot(`
    "This scenario has 3 problems:
    - actions[0].pod: There is no Pod "web-1-12".
        rule: Pods of a Deployment are named <deployment>-<revision>-<ordinal>: web-1-0; outside the namespace default: namespace/name.
        fix: Known Pods: web-1-0, web-1-1, web-1-2, web-1-3, web-1-4, web-1-5, web-1-6, web-1-7 … (12 in all).
    - apps.nginx: apps describes a container "nginx", which no manifest has.
        rule: A key is container, workload/container or namespace/workload/container.
        fix: Known containers: web.
    - routers[0].services: Router "alb" routes to Service "api", which the manifests do not hold.
        rule: A router sends to Services of the manifests that have a selector.
        fix: Known Services: web."
  `);
});

it('what the API server would refuse, in YAML', () => {
  const manifests = [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: {name: web}',
    'spec:',
    '  selector: {matchLabels: {app: web}}',
    '  template:',
    '    metadata: {labels: {app: web}}',
    '    spec:',
    '      terminationGracePeriodSeconds: 30',
    '      containers:',
    '      - name: web',
    '        image: nginx',
    '        lifecycle: {preStop: {sleep: {seconds: 60}}}',
  ].join('\n');
  expect(textOf({ manifests, actions: [{ type: 'deletePod', pod: 'web-1-0' }] })).toMatchInlineSnapshot(`
    "This scenario has 1 problem:
    - manifests[0] Deployment/web spec.template.spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be greater than 0 and less than terminationGracePeriodSeconds (30) (line 13, column 38)
        rule: must be greater than 0 and less than terminationGracePeriodSeconds (30)
        fix: Raise terminationGracePeriodSeconds to 63 or more, or sleep for less than 30 s."
  `);
});

it('no action', () => {
  const text = textOf({ manifests: [deployment({ preStop: execScript }), service()], actions: [] });
  expect(text).toMatchInlineSnapshot(`
    "This scenario has 1 problem:
    - actions: The scenario says nothing of what happens to the cluster.
        rule: Without actions, the only Deployment, Argo Rollout, StatefulSet or DaemonSet of the manifests is rolled at 0 s; with none or several, at least one action is needed.
        fix: Name one: actions: [{ type: 'rollingUpdate', workload: 'Deployment/web' }]. Known: Deployment/web."
  `);
});

it('presets by their names, which files take and programs do not', () => {
  const text = textOf({
    manifests: [deployment({}), service()],
    apps: { web: 'nginx' },
    routers: ['awsAlbIp', { preset: 'gcpNeg', name: 'own' }],
  });
  expect(text).toMatchInlineSnapshot(`
    "This scenario has 3 problems:
    - apps.web names the preset "nginx", which is a function here.
        rule: Presets go by their names in scenario files and on the command line; in a program each is a function.
        fix: Use the function, apps.nginx() of prestop; npx prestop presets lists them.
    - routers[0] names the preset "awsAlbIp", which is a function here.
        rule: Presets go by their names in scenario files and on the command line; in a program each is a function.
        fix: Use the function, routers.awsAlbIp() of prestop; npx prestop presets lists them.
    - routers[1] names the preset "gcpNeg", which is a function here.
        rule: Presets go by their names in scenario files and on the command line; in a program each is a function.
        fix: Use the function, routers.gcpNeg({ … }) of prestop; npx prestop presets lists them."
  `);
});
