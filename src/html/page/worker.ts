/// <reference lib="dom" />
import { findSafePreStop } from '../../analysis/find-safe-pre-stop.ts';
import { describe } from '../../report/describe.ts';
import { type PlayState, scenarioOf } from '../playground/state.ts';

/** In the worker: which preStop values are safe, over 200 seeds. */

export interface Question {
  readonly id: number;
  readonly state: PlayState;
}

export interface Answer {
  readonly id: number;
  readonly text: string;
}

const RUNS = 200;

export function answerQuestions(): void {
  addEventListener('message', ({ data }: MessageEvent<Question>) => {
    const answer: Answer = { id: data.id, text: intervalText(data.state) };
    postMessage(answer);
  });
}

function intervalText(state: PlayState): string {
  const result = scenarioOf(state);
  if (!result.ok) return '';
  const found = findSafePreStop(result.scenario, { runs: RUNS, seed: state.seed });
  if (found.kind !== 'interval') return describe(found);
  const { minSeconds, maxSeconds, recommendedSeconds } = found;
  return `Safe in all of ${RUNS} runs: preStop from ${minSeconds} to ${maxSeconds} s; ${recommendedSeconds} s is a good choice.`;
}

/** In the page: asks, and hears only the answer to its last question. */
export class IntervalWorker {
  private worker: Worker | null = null;
  private last = 0;
  private readonly url: string;

  constructor(
    code: string,
    private readonly hear: (text: string) => void,
  ) {
    this.url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  }

  ask(state: PlayState): void {
    // What it still computes is of a state that is gone.
    if (this.worker !== null) this.worker.terminate();
    this.worker = new Worker(this.url);
    const id = ++this.last;
    this.worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      if (data.id !== this.last) return;
      this.worker?.terminate();
      this.worker = null;
      this.hear(data.text);
    });
    this.worker.postMessage({ id, state } satisfies Question);
  }
}
