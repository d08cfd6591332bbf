import type { PodObject } from '../../cluster/state.ts';
import type { ReplicaSetObject } from '../../cluster/workloads.ts';
import { keyOf } from '../../kernel/names.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { getPodsToDelete, type VictimPod } from '../../rules/apps/pods-to-delete.ts';
import { membersOf, merged } from '../members.ts';
import type { Ctx } from '../wiring.ts';
import { CELL } from './work.ts';

/** Which Pods a ReplicaSet gives up first. */

const HOUR = 3_600 * MICROS_PER_SECOND;
/** Pods of the steady state are at least this old, and at most so much older. */
const LEAST_AGE = HOUR;
const AGE_RANGE_HOURS = 14 * 24;

type Candidate = VictimPod & { readonly pod: PodObject };

/** `count` of the active Pods, those to delete first. The ranks count the Pods of every ReplicaSet of the same Deployment. */
export function victims(
  ctx: Ctx,
  replicaSet: ReplicaSetObject,
  active: readonly PodObject[],
  count: number,
): readonly PodObject[] {
  const candidates = active.map((pod) => candidateOf(ctx, pod));
  const related = relatedPods(ctx, replicaSet).map(({ node, phase, deletionTimestamp }) => ({
    nodeName: nodeName(ctx, node),
    phase,
    deletionTimestamp,
  }));
  const chosen = getPodsToDelete(candidates, related, count, {
    nowUs: ctx.now,
    podDeletionCost: true,
    logarithmicScaleDown: true,
    minor: ctx.self.world.minor,
  });
  return chosen.map(({ pod }) => pod);
}

function relatedPods(ctx: Ctx, { index, deployment }: ReplicaSetObject): PodObject[] {
  let related = membersOf(ctx, CELL.members, index);
  if (deployment >= 0) {
    for (const other of ctx.all(CELL.object)) {
      if (other?.deployment !== deployment || other.index === index) continue;
      related = merged(related, membersOf(ctx, CELL.members, other.index));
    }
  }
  return related.map((pod) => ctx.cell(CELL.pod, pod)!);
}

function nodeName(ctx: Ctx, node: number): string {
  return node < 0 ? '' : ctx.self.world.nodes[node]!.name;
}

/** UIDs and the ages of the steady state's Pods are drawn: nothing in a cluster is aligned when an action begins. */
function candidateOf(ctx: Ctx, pod: PodObject): Candidate {
  const uid = ctx.bits(UID, ctx.objectKey(pod.index));
  const born = pod.createdAt < 0 ? -ageOf(ctx, pod.index) : pod.createdAt;
  const readySince = pod.readyAt < 0 ? born : pod.readyAt;
  return {
    pod,
    uid: uid.toString(16).padStart(8, '0'),
    nodeName: nodeName(ctx, pod.node),
    phase: pod.phase,
    ready: pod.ready,
    readySinceUs: wholeSeconds(readySince),
    createdUs: wholeSeconds(born),
    podDeletionCost: ctx.self.world.templates[pod.template]!.podDeletionCost,
    maxContainerRestarts: 0,
    maxSidecarRestarts: 0,
  };
}

const UID = keyOf('pod uid');
const AGE = keyOf('pod age');

function ageOf(ctx: Ctx, pod: number): Micros {
  const seconds = ctx.bits(AGE, ctx.objectKey(pod)) % (AGE_RANGE_HOURS * 3_600);
  return LEAST_AGE + seconds * MICROS_PER_SECOND;
}

/** Times in the API have whole seconds. */
function wholeSeconds(at: Micros): Micros {
  return Math.floor(at / MICROS_PER_SECOND) * MICROS_PER_SECOND;
}
