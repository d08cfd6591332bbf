import { durationSchema, micros } from '../../schema/delay-input.ts';
import * as z from '../../schema/zod.ts';
import { phasesOf, slowestTickUs } from '../hold.ts';
import {
  arm,
  NO_OUTPUTS,
  type Part,
  type PartContext,
  type PartStep,
  type ProbeAnswer,
  pass,
} from '../part.ts';
import { positiveDuration } from './positive-duration.ts';

const schema = z.strictObject({
  /** From probe to probe. */
  interval: positiveDuration,
  /** How long a probe waits for its answer. */
  timeout: durationSchema.default('0s'),
  /** Failures in a row that mark a target down. */
  threshold: z.int().min(1).max(1000),
  /** Successes in a row that bring it back. */
  healthyThreshold: z.int().min(1).max(1000).default(1),
});

export interface Config {
  readonly intervalUs: number;
  readonly timeoutUs: number;
  readonly threshold: number;
  readonly healthyThreshold: number;
}

export interface Target {
  readonly answer: ProbeAnswer;
  readonly down: boolean;
}

/** Targets that have not always answered, by number. */
export type Targets = Readonly<Record<number, Target>>;

/** When the probe ends that makes up the mind: probes stand at a phase of each target's own. */
function decidedUs(config: Config, target: number, answer: ProbeAnswer, ctx: PartContext): number {
  const phases = phasesOf(ctx.instances, (index) => ctx.phase(target * ctx.instances + index));
  const first = slowestTickUs(phases, ctx.nowUs, config.intervalUs);
  const count = answer === 'answered' ? config.healthyThreshold : config.threshold;
  return first + (count - 1) * config.intervalUs + (answer === 'silent' ? config.timeoutUs : 0);
}

function heard(
  state: Targets,
  target: number,
  answer: ProbeAnswer,
  config: Config,
  ctx: PartContext,
): PartStep<Targets> {
  const before = state[target] ?? { answer: 'answered', down: false };
  if (before.answer === answer) return [state, NO_OUTPUTS];
  const next = { ...state, [target]: { answer, down: before.down } };
  const wasGood = before.answer === 'answered';
  const isGood = answer === 'answered';
  // Failures go on counting whatever they are.
  if (wasGood === isGood) return [next, NO_OUTPUTS];
  if (isGood !== before.down) return [next, [{ kind: 'cancel', key: target }]];
  return [next, [arm(decidedUs(config, target, answer, ctx), target)]];
}

/** Probes each target and leaves out those that have failed often enough in a row. Probes are computed, not simulated. */
export const healthCheck: Part<typeof schema, Config, Targets> = {
  name: 'healthCheck',
  probes: true,
  cause: 'health',
  schema,
  sites: () => ({}),
  config: ({ interval, timeout, threshold, healthyThreshold }) => ({
    intervalUs: micros(interval),
    timeoutUs: micros(timeout),
    threshold,
    healthyThreshold,
  }),
  start: () => ({}),
  on(state, input, config, ctx) {
    switch (input.kind) {
      case 'view':
        return [state, [pass(input.routes)]];
      case 'probe':
        return heard(state, input.target, input.answer, config, ctx);
      case 'timer': {
        const { key: target } = input;
        const { answer } = state[target]!;
        const down = answer !== 'answered';
        const next = { ...state, [target]: { answer, down } };
        return [next, [down ? { kind: 'exclude', target, from: 'new' } : { kind: 'include', target }]];
      }
      default:
        return input satisfies never;
    }
  },
};
