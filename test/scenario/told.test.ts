import { describe, expect, it } from 'vitest';
import {
  type AppInput,
  applyPreStop,
  defineScenario,
  explain,
  findSafePreStop,
  fuzz,
  parseScenario,
  podTimeline,
  type Scenario,
  simulate,
  sweepPreStop,
} from '../../src/index.ts';
import { campaignText } from '../../src/report/campaign-text.ts';
import { assumptionText } from '../../src/report/describe-assumption.ts';
import { notJudgedText } from '../../src/report/describe-not-judged.ts';
import { formatSweep } from '../../src/report/sweep.ts';
import { withPreStopSeconds } from '../../src/scenario/variants.ts';
import { container, deployment, type Hook, service } from '../run/manifests.ts';

/** What a user is told where a verdict alone would mislead. */

const drains = { exec: { command: ['/opt/drain.sh'] } };
const quits = (script: string) => ({ exec: { command: ['sh', '-c', script] } });
const action = { type: 'deletePod', pod: 'web-1-0' } as const;
const hooked = (preStop: Hook, described?: AppInput['preStop']) =>
  defineScenario({
    manifests: [deployment({ preStop }), service()],
    ...(described === undefined ? {} : { apps: { web: { preStop: described } } }),
    actions: [action],
  });
const behindLb = (preStop: Hook) =>
  defineScenario({
    manifests: [deployment({ preStop }), service()],
    routers: [{ name: 'lb', lag: '3s' }],
    actions: [action],
  });
const draining = (described: AppInput['preStop'] = {}) => hooked(drains, { duration: '10s', ...described });

describe('a hook that does what nobody can read', () => {
  it('is asked for its effect where its duration is', () => {
    const [open] = simulate(behindLb(drains), { seed: 1 }).verdict.notJudged;
    expect(notJudgedText(open!)).toContain('effect: closeListener');
  });

  it('whose effect nobody described is an assumption', () => {
    const assumed = (described?: AppInput['preStop']) =>
      draining(described).assumptions.map(assumptionText).join('\n');
    expect(assumed()).toContain('taken to do nothing to the listener');
    expect(assumed({ effect: 'none' })).not.toContain('taken to do nothing');
    expect(assumed({ effect: 'closeListener' })).not.toContain('taken to do nothing');
  });

  it('that closes the listener when it starts is not told to be longer', () => {
    const text = explain(simulate(draining({ effect: 'closeListener' }), { seed: 1 })).replaceAll(
      /\s+/g,
      ' ',
    );
    expect(text).toContain(
      'No length of this hook helps, since it makes the process stop accepting before it ends.',
    );
    expect(text).not.toContain('Raise terminationGracePeriodSeconds');
  });

  it('is why no sleep is searched for, and no run is claimed', () => {
    const { kind, evidence } = findSafePreStop(draining(), { runs: 5 });
    expect(kind).toBe('none');
    expect(evidence.claim).toBe('no run was made');
  });

  it('speaks against every value of a sweep in one line', () => {
    const lines = formatSweep(sweepPreStop(draining(), { secondsTo: 10, runs: 1 })).split('\n');
    expect(lines.filter((line) => line.includes('refused:'))).toEqual([
      expect.stringMatching(/^0, 5, 10 s are refused: The preStop hook of container "web"/),
    ]);
  });

  it('is asked which effect it has where only its time is given', () => {
    expect(() => draining({ effectAt: 'end' })).toThrow('effectAt goes with an effect.');
  });
});

describe('a hook that has the server stop listening', () => {
  it('is read from its command, and said so', () => {
    expect(hooked(quits('sleep 6; nginx -s quit')).assumptions.map(assumptionText).join('\n')).toContain(
      'apps.web.preStop: by its command, the hook has the server stop listening once its sleep is over',
    );
    expect(hooked(quits('nginx -s quit; sleep 6')).assumptions.map(assumptionText).join('\n')).toContain(
      'as soon as it starts',
    );
  });

  it('sleeps first: safe; or sleeps last: not', () => {
    expect(simulate(hooked(quits('sleep 6; nginx -s quit'))).verdict.safe).toBe(true);
    expect(simulate(hooked(quits('nginx -s quit; sleep 6')), { seed: 4 }).verdict.safe).toBe(false);
    expect(simulate(draining({ effect: 'closeListener', effectAt: 'end' })).verdict.safe).toBe(true);
  });

  it('closes the listener with the end of the hook, and not with the signal after it', () => {
    const run = simulate(hooked(quits('sleep 6; nginx -s quit')));
    const { listenerClosedMs, preStopEndedMs, sigtermMs } = podTimeline(run, 'web-1-0');
    expect(listenerClosedMs).toBe(preStopEndedMs);
    expect(sigtermMs).toBeGreaterThan(listenerClosedMs!);
  });

  it('does not come to it where it is cut off or fails', () => {
    const late = simulate(hooked(quits('sleep 40; nginx -s quit')));
    const cut = podTimeline(late, 'web-1-0');
    expect(cut.preStopOutcome).toBe('cutOff');
    expect(cut.listenerClosedMs).toBe(cut.sigtermMs);
    const failed = simulate(draining({ effect: 'closeListener', effectAt: 'end', outcome: 'failed' }));
    const timeline = podTimeline(failed, 'web-1-0');
    expect(timeline.listenerClosedMs).toBe(timeline.sigtermMs);
  });

  it('gets another sleep before its end, in the text as in a search', () => {
    const scenario = hooked(quits('sleep 5 && nginx -s quit'));
    for (const seconds of [0, 9]) {
      const applied = applyPreStop(scenario, seconds);
      const digest = (of: Scenario) => simulate(of, { seed: 3, trace: 'none' }).digest;
      expect(digest(applied)).toBe(digest(withPreStopSeconds(scenario, seconds)));
      const [object] = applied.input.manifests as readonly ReturnType<typeof deployment>[];
      const script = `sleep ${seconds} && nginx -s quit`;
      expect(JSON.stringify(object)).toContain(JSON.stringify(script));
    }
    expect(findSafePreStop(scenario, { runs: 20 })).toMatchObject({ kind: 'interval' });
  });
});

describe('a verdict about little', () => {
  it('says that UDP was judged as TCP', () => {
    const web = service();
    const spec = { ...web.spec, ports: [{ port: 53, protocol: 'UDP', targetPort: 8080 }] };
    const { assumptions } = defineScenario({
      manifests: [deployment({}), { ...web, spec }],
      actions: [action],
    });
    expect(assumptions.map(assumptionText).join('\n')).toContain(
      'UDP is not simulated: port 53 is judged as if it took TCP',
    );
  });

  it('says that nothing was judged', () => {
    const scenario = defineScenario({
      manifests: [deployment({ containers: [container()] })],
      actions: [action],
    });
    const text = campaignText(fuzz(scenario, { runs: 4 }), false);
    expect(text).toMatch(/^NOTHING TO JUDGE: in none of 4 runs was a stopped Pod routed to\.\n/);
    expect(text).not.toContain('% fail');
  });
});

describe('what is no scenario, or no option', () => {
  it('is refused by name', () => {
    expect(() => simulate({ manifests: [] } as never)).toThrow(
      /^simulate: its first argument must be a scenario; it is an object with "manifests"\. Pass what defineScenario/,
    );
    const scenario = draining();
    expect(() => fuzz(scenario, { run: 5 } as never)).toThrow(
      /^fuzz: "run" is no option of fuzz\. Check the spelling, or remove it\. Did you mean runs\?/,
    );
    expect(() => fuzz(scenario, { workers: 2 } as never)).toThrow(
      'fuzz: workers is no option of fuzz; it is 2. Call fuzzInWorkers of prestop/node.',
    );
  });

  it('of a client says which places there are', () => {
    for (const from of [undefined, { outside: true }, 'inside']) {
      const parsed = parseScenario({
        manifests: [deployment({}), service()],
        actions: [action],
        clients: [{ name: 'a', from }],
      } as never);
      expect(parsed.ok ? '' : parsed.issues[0]!.fix).toBe('Use { pod: … }, { node: … } or "external".');
    }
  });

  it('of a template is told once', () => {
    const text = '{{- if .Values.x }}\napiVersion: v1\nkind: {{ .Values.kind }}\n{{- end }}\n';
    const parsed = parseScenario({ manifests: text });
    const issues = parsed.ok ? [] : parsed.issues.filter(({ code }) => code !== 'nothingToSimulate');
    expect(issues).toHaveLength(1);
    expect(issues[0]!.fix).toBe('Render the template first, e.g. with helm template.');
  });
});
