/// <reference lib="dom" />
import { Playground } from './playground-view.ts';
import { answerQuestions } from './worker.ts';

/** One script for the page and for its worker, so that the page holds the simulator once. */
if (typeof document === 'undefined') answerQuestions();
else void Playground.open();
