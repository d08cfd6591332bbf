import { type OptionsSchema, type Read, trialOptions, tryOptions } from '../scenario/options.ts';
import type { Verdict, ViolationKind } from '../verdict/types.ts';
import { assertionLine, failureMessage, message, negatedMessage, partialMessage } from './message.ts';
import { readSubject, type Subject } from './subject.ts';
import { type CampaignTrialOptions, type Question, tryRun, tryScenario } from './trial.ts';

/** What `expect` of Jest and vitest binds `this` to, as far as it is read. */
export interface MatcherContext {
  readonly isNot?: boolean | undefined;
}

/** What `expect.extend` takes from a matcher. */
export interface MatcherResult {
  readonly pass: boolean;
  /** What to say where the assertion fails; it is costly to make. */
  readonly message: () => string;
}

const none = () => null;

const SAFE: Question = {
  yes: 'SAFE',
  no: 'UNSAFE',
  against: ({ violations }) => violations.filter(({ gating }) => gating),
  complaint: none,
};

const FITS: Question = {
  yes: 'FITS THE GRACE PERIOD',
  no: 'DOES NOT FIT THE GRACE PERIOD',
  against: ofKinds('preStopCutOff', 'cutByKill', 'graceUsedUp'),
  complaint: ({ grace }) => (Object.keys(grace).length > 0 ? null : 'No Pod was stopped.'),
};

const DROPS_NOTHING: Question = {
  yes: 'DROPS NO REQUESTS',
  no: 'DROPS REQUESTS',
  against: ofKinds('exposed', 'noEndpoints', 'cutByKill', 'killedWhileRouted', 'nothingToJudge'),
  complaint: failedRequests,
};

function ofKinds(...kinds: readonly ViolationKind[]): Question['against'] {
  return ({ violations }) => violations.filter(({ kind }) => kinds.includes(kind));
}

function failedRequests({ requests }: Verdict): string | null {
  const { sent, failed } = requests;
  const kinds = Object.entries(failed).filter(([, count]) => count > 0);
  if (kinds.length === 0) return null;
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  return `${total} of ${sent} requests failed (${kinds.map(([kind, count]) => `${count} × ${kind}`).join(', ')}).`;
}

/** Every run of a campaign is safe, 200 where nothing is said. Of a Run: that one, or with options its scenario, run anew. */
export function toBeSafe(
  this: MatcherContext | undefined,
  received: unknown,
  options?: CampaignTrialOptions,
): MatcherResult {
  const asked = options === undefined ? 'this run' : 'its scenario';
  return answer(this, received, call('toBeSafe', options), SAFE, options ?? {}, asked);
}

/** The same as `toBeSafe(options)`. */
export function toBeSafeWith(
  this: MatcherContext | undefined,
  received: unknown,
  options: CampaignTrialOptions,
): MatcherResult {
  return answer(this, received, call('toBeSafeWith', options), SAFE, options, 'its scenario');
}

/** No run cuts a preStop hook off, kills a process that still works, or leaves the app less than 2 s after its hook. */
export function toFitTheGracePeriod(
  this: MatcherContext | undefined,
  received: unknown,
  options: CampaignTrialOptions = {},
): MatcherResult {
  return answer(this, received, call('toFitTheGracePeriod', options), FITS, options, 'this run');
}

/**
 * No run loses a request: no client saw one fail, and no new connection could have been refused nor work in flight cut, whether a
 * client is there or not.
 */
export function toDropNoRequests(
  this: MatcherContext | undefined,
  received: unknown,
  options: CampaignTrialOptions = {},
): MatcherResult {
  return answer(this, received, call('toDropNoRequests', options), DROPS_NOTHING, options, 'this run');
}

function answer(
  context: MatcherContext | undefined,
  received: unknown,
  matcher: string,
  question: Question,
  options: CampaignTrialOptions,
  ofARun: 'this run' | 'its scenario',
): MatcherResult {
  const schema = trialOptions;
  return judged(context, received, { matcher, schema, options }, ({ subject, line, read }) => {
    const single = ofARun === 'this run' ? subject.run : null;
    const trial = single === null ? tryScenario(subject, question, read) : tryRun(single, question);
    if (trial.failures === 0 && (trial.cutShortOf !== null || trial.overLimit !== null))
      return { pass: context?.isNot === true, message: () => partialMessage(line, trial) };
    const pass = trial.failures === 0;
    const text = pass ? negatedMessage : failureMessage;
    return { pass, message: () => text(line, question, subject, trial) };
  });
}

interface Asked<S extends OptionsSchema> {
  /** Its call as the user wrote it. */
  readonly matcher: string;
  readonly schema: S;
  readonly options: unknown;
}

interface Judged<S extends OptionsSchema> {
  readonly subject: Subject;
  /** The first line of its message. */
  readonly line: string;
  readonly read: Read<S>;
}

/** Reads what was received and answers; input that cannot be judged fails with and without `.not`. */
export function judged<S extends OptionsSchema>(
  context: MatcherContext | undefined,
  received: unknown,
  { matcher, schema, options }: Asked<S>,
  answerOf: (judged: Judged<S>) => MatcherResult,
): MatcherResult {
  const isNot = context?.isNot === true;
  const refused = (text: string, noun: string): MatcherResult => ({
    pass: isNot,
    message: () => message([assertionLine(noun, matcher, isNot), text]),
  });
  const reading = readSubject(received);
  if (!reading.ok) return refused(reading.problem, 'received');
  const { subject } = reading;
  const read = tryOptions(matcherName(matcher), schema, options);
  if (!read.ok) return refused(read.error.message, subject.noun);
  return answerOf({ subject, line: assertionLine(subject.noun, matcher, isNot), read: read.options });
}

/** `toBeSafeWith` of `toBeSafeWith({ runs: 5 })`. */
function matcherName(call: string): string {
  return call.slice(0, call.indexOf('('));
}

/** A matcher's call as the user wrote it. */
export function call(name: string, options: object | undefined): string {
  const written = Object.entries(options ?? {}).map(([key, value]) => `${key}: ${String(value)}`);
  return written.length === 0 ? `${name}()` : `${name}({ ${written.join(', ')} })`;
}
