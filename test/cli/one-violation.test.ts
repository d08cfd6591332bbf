import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describe as told, type Violation } from '../../src/index.ts';
import { tries } from '../effort.ts';
import { deployment, execSleeps, service, sleeps } from '../run/manifests.ts';
import { enter, runHere } from './run-here.ts';

/** Whatever check prints, and what its last line has one run, speaks of one and the same violation. */

let leave: () => void;
const folder = mkdtempSync(join(tmpdir(), 'prestop-one-'));
beforeAll(() => {
  leave = enter(folder);
});
afterAll(() => {
  leave();
  rmSync(folder, { recursive: true, force: true });
});

const RUNS = ['--runs', '2'] as const;
const squeezed = (text: string) => text.replace(/\s+/g, ' ');

async function prestop(...args: readonly string[]) {
  const { code, stdout } = await runHere(args);
  return { code, stdout, said: squeezed(stdout) };
}

/** The words of a command that was printed, without the quotes of a shell. */
const wordsOf = (command: string) => command.split(' ').slice(1);

interface Sketch {
  readonly seconds: number;
  readonly exec: boolean;
  readonly grace: number;
  readonly kind: 'Deployment' | 'StatefulSet' | 'CloneSet';
}

const sketch: fc.Arbitrary<Sketch> = fc.record({
  seconds: fc.constantFrom(0, 1, 4, 5),
  exec: fc.boolean(),
  grace: fc.constantFrom(5, 12),
  kind: fc.constantFrom('Deployment', 'StatefulSet', 'CloneSet'),
});

function workload(name: string, { seconds, exec, grace, kind }: Sketch): readonly object[] {
  const hook = exec ? execSleeps(seconds) : sleeps(seconds);
  const preStop = seconds === 0 ? undefined : hook;
  const pods = deployment({ deployment: name, replicas: 2, terminationGracePeriodSeconds: grace, preStop });
  const own = kind === 'CloneSet' ? { apiVersion: 'apps.kruise.io/v1alpha1', kind } : { kind };
  return [{ ...pods, ...own }, service({}, name, name)];
}

interface Told {
  readonly kind: string;
  readonly name: string;
  readonly outcome: string;
  readonly replayCommand: string;
  readonly worst: { readonly seed: number; readonly verdict: { readonly violations: readonly Violation[] } };
}

/** The gating violation that lasts longest, the first of equals. */
function worstOf({ worst }: Told): Violation {
  const gating = worst.verdict.violations.filter((each) => each.gating);
  return gating.reduce((a, b) => (b.toMs - b.fromMs > a.toMs - a.fromMs ? b : a));
}

describe('the worst violation of a workload', () => {
  it('is the one of its text, its timeline, its annotation, its data and its replay line', () =>
    fc.assert(
      fc.asyncProperty(fc.array(sketch, { minLength: 2, maxLength: 3 }), async (sketches) => {
        const all = sketches.flatMap((each, index) => workload(`w${index}`, each));
        writeFileSync('all.json', JSON.stringify(all));
        const args = ['check', 'all.json', ...RUNS, '--set', 'apps.web.drain=2s'];
        const data = await prestop(...args, '--json');
        const github = await prestop(...args, '--format', 'github');
        const workloads = (JSON.parse(data.stdout) as { readonly workloads: readonly Told[] }).workloads;
        const unsafe = workloads.filter(({ outcome }) => outcome === 'unsafe');
        expect(data.code).toBe(unsafe.length > 0 ? 1 : 0);
        expect(github.code).toBe(data.code);
        expect(github.stdout.match(/^::error /gm) ?? []).toHaveLength(unsafe.length);
        for (const each of unsafe) {
          const worst = worstOf(each);
          const [sentence = ''] = told(worst).split(/(?<=\.) /);
          const text = squeezed(sentence);
          expect(github.said).toMatch(new RegExp(`${each.kind} ${each.name}: [12] of 2 runs were not safe`));
          expect(github.said).toContain(`The worst (seed ${each.worst.seed}): ${worst.kind}. ${text}`);
          expect(github.stdout).toContain(`title=prestop%3A ${worst.kind}::${text.replaceAll('%', '%25')}`);
          expect(github.said).toContain(`Repeat it: ${each.replayCommand.split(' --seed')[0]}`);
        }
        if (unsafe.length === 1) {
          const [only] = unsafe as [Told];
          expect(github.said).toContain(`Pod ${worstOf(only).pod}, seed ${only.worst.seed}`);
        }
      }),
      { numRuns: tries(1), seed: 5 },
    ));
});

describe('--together', () => {
  it('stops all at once, and its last line has that very run again', async () => {
    const sketches: readonly Sketch[] = [
      { seconds: 4, exec: false, grace: 30, kind: 'Deployment' },
      { seconds: 0, exec: false, grace: 30, kind: 'StatefulSet' },
    ];
    writeFileSync('all.json', JSON.stringify(sketches.flatMap((each, k) => workload(`w${k}`, each))));
    const checked = await prestop('check', 'all.json', ...RUNS, '--together');
    expect(checked.code).toBe(1);
    const [, sentence = ''] = /\): exposed(?: and \d+ more)? (.+?\.) Fix:/.exec(checked.said) ?? [];
    expect(sentence).toContain('w1-');
    const [, replay = ''] = /Repeat it: (.+)$/m.exec(checked.stdout) ?? [];
    expect(replay).toMatch(/^prestop timeline all\.json --together --seed \d+$/);
    const again = await prestop(...wordsOf(replay));
    expect(again.code).toBe(1);
    expect(again.said).toContain(sentence);
    for (const pod of ['w0-1-0', 'w1-0']) expect(again.stdout).toContain(pod);
  });
});
