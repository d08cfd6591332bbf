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

/** A slider that still moves asks for nothing. */
const SETTLE_MS = 60;

/** In the page: asks, and hears only the answer to its last question. */
export class IntervalWorker {
  private readonly url: string;
  private worker: Worker;
  /** Whether it still computes. */
  private busy = false;
  private last = 0;
  private settling: number | undefined;

  constructor(
    code: string,
    private readonly hear: (text: string) => void,
  ) {
    this.url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    this.worker = this.start();
  }

  ask(state: PlayState): void {
    const id = ++this.last;
    clearTimeout(this.settling);
    this.settling = window.setTimeout(() => this.send({ id, state }), SETTLE_MS);
  }

  private send(question: Question): void {
    if (this.busy) {
      // What it computes is of a state that is gone. One that is done is kept: it is warm.
      this.worker.terminate();
      this.worker = this.start();
    }
    this.busy = true;
    this.worker.postMessage(question);
  }

  private start(): Worker {
    const worker = new Worker(this.url);
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      this.busy = false;
      if (data.id === this.last) this.hear(data.text);
    });
    return worker;
  }
}
