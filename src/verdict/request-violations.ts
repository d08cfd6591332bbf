import { toMs } from '../kernel/time.ts';
import { type Draft, type Judged, violationDraft } from './judged.ts';
import type { AttributedGroup } from './requests.ts';

/** Failed requests as violations: one for each cause. */
export function requestFailures(judged: Judged, attributed: readonly AttributedGroup[]): Draft[] {
  const { world } = judged;
  return attributed.map(({ group, attribution }) => {
    const { name, service, port } = world.clients[group.client]!;
    const { pod, container, router, reason, fix, seq } = attribution;
    return violationDraft('requestFailed', {
      pod,
      ...(router === null ? {} : { router }),
      service: world.services[service]!.name,
      port: world.services[service]!.ports[port]!.port,
      fromMs: toMs(group.first),
      toMs: toMs(group.last),
      client: name,
      count: group.count,
      failure: group.kind,
      lastFailure: group.lastKind,
      container,
      reason,
      fix,
      seq,
    });
  });
}
