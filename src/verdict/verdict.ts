import type { Assumption } from '../cluster/assumption.ts';
import { toMs } from '../kernel/time.ts';
import type { Fix } from './fix-types.ts';
import type { Draft, Judged, Needed } from './judged.ts';
import { notJudgedOf, outcomeOf } from './not-judged.ts';
import { requestFailures } from './request-violations.ts';
import { attributedGroups, requestsOf } from './requests.ts';
import type { Requirement } from './required.ts';
import type {
  CauseLink,
  DecisionReading,
  Doubt,
  Grace,
  NotJudged,
  Outcome,
  Verdict,
  Violation,
} from './types.ts';
import { draftsOf } from './violations.ts';
import { type Later, laterProperties, workedOutLater } from './when-asked.ts';

export interface JudgeInput extends Judged {
  readonly assumptions: readonly Assumption[];
  /** Routers that the manifests name and nobody described. */
  readonly doubts: readonly Doubt[];
  /** Hooks of which nobody can say how long they take, where another length than the least would come to another outcome. */
  readonly openHooks: (outcome: Outcome) => readonly NotJudged[];
  /** What of a fix is left once it was tried. */
  readonly proven: (fix: Fix) => Fix;
  /** The chain of causes that ends at an event; computed when it is asked for. */
  readonly chain: (seq: number) => readonly CauseLink[];
}

/** Puts together what a run means. */
export function judge(input: JudgeInput): Verdict {
  const attributed = attributedGroups(input);
  const drafts = [...draftsOf(input), ...requestFailures(input, attributed)];
  const violations = drafts.map((draft) => explained(draft, input));
  const known = notJudgedOf(input, input.doubts);
  const read = outcomeOf(violations, known);
  const hooks = input.openHooks(read);
  const notJudged = [...known, ...hooks];
  const outcome = hooks.length === 0 ? read : 'notJudged';
  const verdict = {
    safe: outcome === 'safe',
    outcome,
    notJudged,
    violations,
    marginMs: marginOf(input),
  };
  workedOutLater<ReadLater>(verdict, READ_LATER, {
    requiredPreStopMs: () => {
      const { requirement, reason } = input.needed();
      const required = requirement?.required ?? null;
      return reason === undefined && required !== null ? toMs(required) : null;
    },
    requiredPreStopReason: () => input.needed().reason,
    decidedBy: () => decisionOf(input, input.needed()),
  });
  return Object.assign(verdict as typeof verdict & ReadLater, {
    assumptions: input.assumptions,
    requests: requestsOf(input, attributed),
    grace: graceOf(input),
    ...(input.fold.rollout === null ? {} : { rollout: input.fold.rollout.report(input.endedAt) }),
  });
}

/** What may take further runs. */
type ReadLater = Required<Pick<Verdict, 'requiredPreStopMs' | 'requiredPreStopReason' | 'decidedBy'>>;
const READ_LATER = laterProperties([
  'requiredPreStopMs',
  'requiredPreStopReason',
  'decidedBy',
] satisfies (keyof ReadLater)[]);

/** Chain and fix are worked out only when somebody looks: a run without a trace is repeated with one for the chain, a fix is tried. */
function explained({ seq, fix, ...draft }: Draft, { chain, proven }: JudgeInput): Violation {
  const violation = { ...draft, fix, culprit: [] as readonly CauseLink[] } as Violation;
  const isAsked = draft.gating && draft.kind !== 'nothingToJudge';
  const found: { fix?: Fix; culprit?: readonly CauseLink[] } = {};
  const later: Later<Pick<Violation, 'fix' | 'culprit'>> = {
    fix: () => {
      found.fix ??= isAsked ? proven(drafted(fix)) : drafted(fix);
      return found.fix;
    },
    culprit: () => {
      found.culprit ??= chain(seq);
      return found.culprit;
    },
  };
  workedOutLater(violation, seq >= 0 ? FIX_AND_CULPRIT : FIX, later);
  return violation;
}

const FIX = laterProperties(['fix']);
const FIX_AND_CULPRIT = laterProperties(['fix', 'culprit']);

function drafted(fix: Draft['fix']): Fix {
  return typeof fix === 'function' ? fix() : fix;
}

function marginOf({ fold, endedAt }: Judged): number | null {
  let margin: number | null = null;
  for (const pod of fold.pods) {
    for (const route of pod.routes) {
      if (!route.everRouted) continue;
      const letGoAt = route.routers > 0 ? endedAt : route.latest?.at;
      for (const closed of route.accepting) {
        if (closed === null || letGoAt === undefined) continue;
        const own = closed.at - letGoAt;
        if (margin === null || own < margin) margin = own;
      }
    }
  }
  return margin === null ? null : toMs(margin);
}

function decisionOf({ fold, world }: Judged, { requirement }: Needed): Verdict['decidedBy'] {
  if (requirement === null || requirement.route.latest === null) return null;
  const { pod, route, port, container, exact } = requirement;
  const service = world.services[route.service]!;
  return {
    pod: pod.name,
    router: fold.routers[requirement.route.latest.router]!.name,
    service: service.name,
    port: service.ports[port]!.port,
    container: pod.template.containers[container]!.name,
    exactMs: toMs(exact),
    reading: readingOf(requirement, fold.pods.includes(pod)),
  };
}

/** A requirement about another fold's Pod was read off a rerun with other hooks. */
function readingOf({ terms, pod }: Requirement, ofThisRun: boolean): DecisionReading | null {
  if (terms === undefined) return null;
  const [hook] = pod.template.path
    .flat(2)
    .map((container) => pod.template.containers[container]!)
    .filter(({ injected }) => !injected)
    .map((container) => container.hook);
  return {
    of: ofThisRun ? 'run' : 'rerun',
    hookMs: ofThisRun ? null : toMs(hook?.duration ?? 0),
    letGoSeq: terms.letGoSeq,
    letGoMs: toMs(terms.letGoAt),
    killStartedMs: toMs(terms.killStartedAt),
    hookStartUpMs: toMs(terms.hookStartUp),
    signalDelayMs: toMs(terms.signalDelay),
    acceptingMs: toMs(terms.accepting),
    endsBy: terms.killed ? 'sigkill' : 'app',
  };
}

function graceOf({ fold, endedAt }: Judged): Record<string, Grace> {
  const grace: Record<string, Grace> = {};
  for (const pod of fold.pods) {
    if (pod.killStartedAt === null) continue;
    const stillRuns = pod.containers.some((container) => container.exitedAt === null);
    const until = stillRuns ? endedAt : (pod.endedAt ?? endedAt);
    grace[pod.name] = {
      budgetMs: pod.graceSeconds * 1000,
      usedMs: toMs(Math.max(0, until - pod.killStartedAt)),
      sigkilled: pod.containers.some((container) => container.sigkilledAt !== null),
    };
  }
  return grace;
}
