import { describe, expect, it } from 'vitest';
import {
  defineScenario,
  explain,
  findSafePreStop,
  fuzz,
  parseScenario,
  simulate,
  sweepPreStop,
} from '../../src/index.ts';
import { campaignText } from '../../src/report/campaign-text.ts';
import { formatSweep } from '../../src/report/sweep.ts';
import { container, deployment, service } from '../run/manifests.ts';

/** What a user is told where a verdict alone would mislead. */

const quits = { exec: { command: ['nginx', '-s', 'quit'] } };
const action = { type: 'deletePod', pod: 'web-1-0' } as const;
const quitting = (effect: 'none' | 'closeListener') =>
  defineScenario({
    manifests: [deployment({ preStop: quits }), service()],
    apps: { web: { preStop: { duration: '10s', effect } } },
    actions: [action],
  });

describe('a hook that quits the server', () => {
  it('is asked for its effect where its duration is', () => {
    const parsed = parseScenario({
      manifests: [deployment({ preStop: quits }), service()],
      actions: [action],
    });
    expect(parsed.ok ? '' : parsed.issues[0]!.fix).toContain("effect: 'closeListener'");
  });

  it('whose effect nobody described is an assumption', () => {
    expect(quitting('none').assumptions.join('\n')).toContain('taken to do nothing to the listener');
    expect(quitting('closeListener').assumptions.join('\n')).not.toContain('taken to do nothing');
  });

  it('that closes the listener is not told to be longer', () => {
    const text = explain(simulate(quitting('closeListener'), { seed: 1 })).replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'No length of this hook helps, since it makes the process stop accepting when it starts.',
    );
    expect(text).not.toContain('Raise terminationGracePeriodSeconds');
  });

  it('is why no sleep is searched for, and no run is claimed', () => {
    const { kind, evidence } = findSafePreStop(quitting('none'), { runs: 5 });
    expect(kind).toBe('none');
    expect(evidence.claim).toBe('no run was made');
  });

  it('speaks against every value of a sweep in one line', () => {
    const lines = formatSweep(sweepPreStop(quitting('none'), { secondsTo: 10, runs: 1 })).split('\n');
    expect(lines.filter((line) => line.includes('refused:'))).toEqual([
      expect.stringMatching(/^0, 5, 10 s are refused: The preStop hook of container "web"/),
    ]);
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
    expect(assumptions.join('\n')).toContain('UDP is not simulated: port 53 is judged as if it took TCP');
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
      /^This is no scenario: pass what defineScenario/,
    );
    const scenario = quitting('none');
    expect(() => fuzz(scenario, { run: 5 } as never)).toThrow(
      /^fuzz has no option "run"\. Did you mean runs\?/,
    );
    expect(() => fuzz(scenario, { workers: 2 } as never)).toThrow('fuzzInWorkers of prestop/node takes it');
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
