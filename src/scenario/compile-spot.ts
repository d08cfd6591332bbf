import type { ActionInfo } from '../cluster/actions.ts';
import type { Issue } from '../cluster/issue.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { micros } from '../schema/delay-input.ts';
import type { ActionSettings } from './actions.ts';

/**
 * How long a cloud lets a node that it takes back live. Sources: AWS EC2 "Spot Instance interruption notices" (two minutes); Google
 * "Spot VMs" (best effort, up to 30 s); Azure "Scheduled Events", Preempt (at least 30 s).
 */
const NOTICE_SECONDS = { aws: 120, gcp: 30, azure: 30 } as const;

type SpotInterruption = Extract<ActionSettings, { readonly type: 'spotInterruption' }>;

/** A drain when the notice comes, if somebody listens to it, and the node's end when the notice is over. */
export function compileSpotInterruption(
  { at: noticed, cloud, notice, handled }: SpotInterruption,
  node: number,
  path: readonly (string | number)[],
  issues: Issue[],
): ActionInfo[] {
  if (notice === undefined && cloud === undefined) {
    issues.push({
      code: 'noNotice',
      path: [...path, 'notice'],
      message: 'How long the notice of a spotInterruption is depends on the cloud, and it names none.',
      rule: 'AWS gives 120 s, GCP and Azure 30 s.',
      fix: "Add cloud: 'aws', 'gcp' or 'azure'; or notice: '2m'.",
    });
    return [];
  }
  const at = micros(noticed);
  const lasts = notice === undefined ? NOTICE_SECONDS[cloud!] * MICROS_PER_SECOND : micros(notice);
  const drain: ActionInfo = {
    type: 'drainNode',
    at,
    nodes: [node],
    gracePeriodSeconds: null,
    force: true,
    ignoreDaemonSets: true,
    deleteEmptyDirData: true,
    disableEviction: false,
  };
  return [...(handled ? [drain] : []), { type: 'nodeLost', at: at + lasts, node }];
}
