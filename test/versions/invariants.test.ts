import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run, TraceEvent } from '../../src/index.ts';
import { compiledScenario } from '../../src/run/compiled-scenario.ts';
import { start } from '../../src/run/observed-loop.ts';
import { runOf } from '../../src/run/simulate.ts';
import { campaign, type HookSketch, type Sketch, scenarioOf, sketches } from '../run/scenarios.ts';
import { MINORS } from './step.ts';

/** Whatever the scenario and whichever the version, these hold. */

/** The same scenario under another version, with what that version does not have put in its older form. */
function under(minor: number, sketch: Sketch): Sketch {
  const known = (hook: HookSketch): HookSketch =>
    hook.kind === 'sleep' && minor < 30 ? { ...hook, kind: 'execSleep' } : hook;
  const sidecars = sketch.sidecars.map((sidecar) => ({ ...sidecar, hook: known(sidecar.hook) }));
  return {
    ...sketch,
    minor,
    hook: known(sketch.hook),
    sidecars: minor < 29 ? [] : sidecars,
    // Two Pods hinder each other as well as four do, in half the time.
    deletes: sketch.deletes.slice(0, 2),
  };
}

/** What is out of order: an event before the one that precedes it, or before its cause. */
function outOfOrder(trace: readonly TraceEvent[]): readonly TraceEvent[] {
  return trace.filter(({ seq, atMs, cause, type }, index) => {
    if (seq !== index || (index > 0 && atMs < trace[index - 1]!.atMs)) return true;
    if (cause === null) return type !== 'deleteRequested';
    return cause >= seq || trace[cause]!.atMs > atMs;
  });
}

/** Pods whose graceful deletion began and whose object is still there at the end. */
function neverGone(trace: readonly TraceEvent[]): readonly string[] {
  const left = new Set<string>();
  for (const { type, pod, data } of trace) {
    if (type !== 'deletePod' || pod === undefined) continue;
    if (data?.outcome === 'terminating') left.add(pod);
    else if (data?.outcome === 'gone') left.delete(pod);
  }
  return [...left];
}

/** Every Pod whose containers were stopped is accounted for, and safe is only what has a margin of none below zero. */
function expectCompleteVerdict(
  { safe, marginMs, grace, violations }: Run['verdict'],
  trace: readonly TraceEvent[],
): void {
  const killed = new Set(trace.flatMap(({ type, pod }) => (type === 'podKillStarted' && pod ? [pod] : [])));
  expect(Object.keys(grace).sort()).toEqual([...killed].sort());
  const sigkilled = new Set(trace.flatMap(({ type, pod }) => (type === 'sigkill' && pod ? [pod] : [])));
  for (const [pod, { sigkilled: said }] of Object.entries(grace)) expect(said).toBe(sigkilled.has(pod));
  if (marginMs !== null && marginMs < 0) expect(safe).toBe(false);
  if (safe)
    expect(violations.filter(({ kind }) => kind === 'exposed' || kind === 'requestFailed')).toEqual([]);
}

function expectInvariants(sketch: Sketch, seed: number): void {
  const scenario = scenarioOf(sketch);
  const compiled = compiledScenario(scenario);
  const [traced, bare] = [start(compiled, seed, true), start(compiled, seed, false)];
  for (const { loop } of [traced, bare]) {
    loop.run(Number.POSITIVE_INFINITY);
    expect(loop.nextAt()).toBeNull();
  }
  expect([bare.loop.handled, bare.loop.digest.toString()]).toEqual([
    traced.loop.handled,
    traced.loop.digest.toString(),
  ]);
  const { trace, verdict, eventCount } = runOf(scenario, compiled, seed, traced);
  expect(trace).toHaveLength(eventCount);
  expect(outOfOrder(trace)).toEqual([]);
  expect(neverGone(trace)).toEqual([]);
  expectCompleteVerdict(verdict, trace);
}

describe('random scenarios keep the order of things, repeat themselves and come to their end', () => {
  it.each(MINORS)('under 1.%i', (minor) => {
    const property = fc.property(sketches, fc.nat(1_000_000), (sketch, seed) => {
      expectInvariants(under(minor, sketch), seed);
    });
    fc.assert(property, campaign(5));
  });
});
