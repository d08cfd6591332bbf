import { describe, expect, it } from 'vitest';
import { applyPreStop, parseScenario, podTimeline, simulate, describe as tell } from '../../src/index.ts';
import type { AppInput } from '../../src/scenario/schema.ts';
import { container, deployment, service } from '../run/manifests.ts';

/** What a hook's command does, as a run shows it. */

interface Case {
  readonly command: readonly string[];
  readonly app?: AppInput;
  readonly image?: string;
  readonly env?: readonly object[];
  readonly pod?: object;
}

const sh = (script: string) => ['sh', '-c', script];

/** The second of three Pods is deleted. */
function parsed(
  { command, app, image, env, pod = {} }: Case,
  action: object = { type: 'deletePod', pod: 'web-1-1' },
) {
  const one = {
    ...container({ preStop: { exec: { command } } }),
    ...(image !== undefined && { image }),
    ...(env !== undefined && { env }),
  };
  const object = deployment();
  const spec = { ...object.spec.template.spec, ...pod, containers: [one] };
  const template = { ...object.spec.template, spec };
  return parseScenario({
    manifests: [{ ...object, spec: { ...object.spec, template } }, service()],
    ...(app !== undefined && { apps: { web: app } }),
    actions: [action],
  });
}

function ran(of: Case) {
  const result = parsed(of);
  if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('\n'));
  const run = simulate(result.scenario, { seed: 5 });
  const { preStopStartedMs, preStopEndedMs, listenerClosedMs, preStopOutcome } = podTimeline(run, 'web-1-1');
  const after = (ms: number | null) => (ms === null ? null : Math.round((ms - preStopStartedMs!) / 1_000));
  return {
    hookSeconds: after(preStopEndedMs),
    closedSeconds: after(listenerClosedMs),
    outcome: preStopOutcome,
    safe: run.verdict.safe,
    codes: result.scenario.findings.map(({ code }) => code),
  };
}

describe('a hook goes as its command says', () => {
  it.each<[what: string, of: Case, hookSeconds: number, closedSeconds: number, outcome: string]>([
    ['sleeps and touches', { command: sh('touch /tmp/x && sleep 7') }, 7, 7, 'completed'],
    [
      'sleeps for as long as its env says',
      {
        command: sh('sleep $D'),
        env: [
          { name: 'N', value: '3' },
          { name: 'D', value: '$(N)s' },
        ],
      },
      3,
      3,
      'completed',
    ],
    ['quits in the middle', { command: sh('sleep 5; nginx -s quit; sleep 3') }, 8, 5, 'completed'],
    [
      'quits first, whatever duration is stated',
      {
        command: sh('nginx -s quit; while pgrep -x nginx; do sleep 1; done'),
        app: { preStop: { duration: '9s' } },
      },
      9,
      0,
      'completed',
    ],
    [
      'signals process 1 first, whatever duration is stated',
      { command: sh('kill -TERM 1; sleep 10'), app: { preStop: { duration: '4s' } } },
      4,
      0,
      'completed',
    ],
    [
      'signals an app that goes on accepting',
      { command: sh('kill -TERM 1; sleep 10'), app: { keepAccepting: '6s' } },
      10,
      6,
      'completed',
    ],
    [
      'signals an app that takes no notice of it',
      {
        command: sh('kill -TERM 1; sleep 10'),
        app: { onStopSignal: 'ignore' },
        pod: { terminationGracePeriodSeconds: 12 },
      },
      10,
      12,
      'completed',
    ],
    [
      'signals the pause container',
      { command: sh('kill -TERM 1; sleep 10'), pod: { shareProcessNamespace: true } },
      10,
      10,
      'completed',
    ],
    [
      'signals haproxy by its image',
      { command: sh('kill -USR1 1; sleep 10'), image: 'registry.example/lb/haproxy:2.9' },
      10,
      0,
      'completed',
    ],
    ['is no program', { command: ['sleep 20'] }, 0, 0, 'failed'],
    ['ends with an error', { command: sh('sleep 4; exit 1') }, 4, 4, 'failed'],
    [
      'closes though it ends with an error',
      { command: sh('sleep 4; nginx -s quit; sleep 2; exit 1') },
      6,
      4,
      'failed',
    ],
  ])('%s', (_, of, hookSeconds, closedSeconds, outcome) => {
    expect(ran(of)).toMatchObject({ hookSeconds, closedSeconds, outcome });
  });

  it('closes when it is said to, over what its command says', () => {
    const command = sh('nginx -s quit; sleep 10');
    expect(ran({ command, app: { preStop: { effectAt: '6s' } } })).toMatchObject({ closedSeconds: 6 });
    expect(ran({ command, app: { preStop: { effect: 'none' } } })).toMatchObject({ closedSeconds: 10 });
  });

  it.each<[port: string | number, outcome: string]>([
    ['http', 'completed'],
    ['admin', 'failed'],
    [8080, 'completed'],
  ])('asks port %j over HTTP: %s', (port, outcome) => {
    const object = deployment({ preStop: { httpGet: { path: '/drain', port } } });
    const [one] = object.spec.template.spec.containers;
    const named = { ...one!, ports: [{ containerPort: 8080, name: 'http' }] };
    const spec = { ...object.spec, template: { ...object.spec.template, spec: { containers: [named] } } };
    const result = parseScenario({
      manifests: [{ ...object, spec }, service()],
      actions: [{ type: 'deletePod', pod: 'web-1-1' }],
      ...(outcome === 'completed' && { apps: { web: { preStop: { duration: '3s' } } } }),
    });
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    expect(podTimeline(simulate(result.scenario), 'web-1-1').preStopOutcome).toBe(outcome);
    expect(result.scenario.findings.some(({ code }) => code === 'hookPortUnknown')).toBe(
      outcome === 'failed',
    );
  });
});

describe('what is told of a hook', () => {
  it.each<[of: Case, code: string]>([
    [{ command: ['sleep 20'] }, 'hookFails'],
    [{ command: ['nginx', '-s', 'quit'] }, 'hookClosesListener'],
    [{ command: sh('kill -QUIT 1; sleep 5') }, 'hookClosesListener'],
    [{ command: ['sleep', '10'], image: 'gcr.io/distroless/static:nonroot' }, 'hookNeedsBinary'],
    [{ command: sh('kill -USR2 1; sleep 5') }, 'hookSignal'],
    [{ command: sh('sleep 1.5') }, 'sleepDiffers'],
  ])('%j: %s', (of, code) => {
    expect(ran(of).codes).toContain(code);
  });

  it.each(['sleep 1.5', 'sleep 2 3', 'sleep 0.5m'])(
    'lists as presumed that the image has a sleep that takes %j',
    (script) => {
      const result = parsed({ command: sh(script) });
      const told = result.ok ? result.scenario.assumptions.map((each) => tell(each)) : [];
      expect(told.filter((text) => text.includes(`"${script}" is read as by GNU`))).toHaveLength(1);
    },
  );

  it('says nothing against one that sleeps first and closes then', () => {
    expect(ran({ command: sh('sleep 8; nginx -s quit'), image: 'nginx:1' }).codes).not.toContain(
      'hookClosesListener',
    );
  });
});

describe('another preStop for a hook that does more', () => {
  it.each<[script: string, seconds: number, expected: string]>([
    ['touch /tmp/drain && sleep 20', 5, 'touch /tmp/drain && sleep 5'],
    ['echo bye >/proc/1/fd/1; sleep 15; nginx -s quit', 0, 'echo bye >/proc/1/fd/1; sleep 0; nginx -s quit'],
  ])('%j with %i s', (script, seconds, expected) => {
    const result = parsed({ command: sh(script) });
    const applied = applyPreStop(result.ok ? result.scenario : (undefined as never), seconds);
    expect(JSON.stringify(applied.input.manifests)).toContain(JSON.stringify(expected));
  });
});
