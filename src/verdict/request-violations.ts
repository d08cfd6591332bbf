import { toMs } from '../kernel/time.ts';
import type { AttributedGroup } from './requests.ts';
import { type Draft, type Judged, violationDraft } from './violations.ts';

/** Failed requests as violations: one for each cause. */
export function requestFailures(judged: Judged, attributed: readonly AttributedGroup[]): Draft[] {
  const { world } = judged;
  return attributed.map(({ group, attribution }) => {
    const { name, service, port } = world.clients[group.client]!;
    const { pod, router, why, fix, seq } = attribution;
    const count = group.count === 1 ? '1 request' : `${group.count} requests`;
    const how = group.kind === group.lastKind ? group.kind : `${group.kind}, at last ${group.lastKind}`;
    return violationDraft('requestFailed', {
      pod,
      ...(router === null ? {} : { router }),
      service: world.services[service]!.name,
      port: world.services[service]!.ports[port]!.port,
      fromMs: toMs(group.first),
      toMs: toMs(group.last),
      why: `${count} of client ${name} failed (${how}): ${why}`,
      fix,
      seq,
    });
  });
}
