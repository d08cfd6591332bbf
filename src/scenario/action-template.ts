import type { Issue } from '../cluster/issue.ts';
import type { Job } from '../cluster/objects.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { servedApiVersion } from '../manifests/read-object.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import type { RolledWorkload } from './workload-target.ts';

/** A Pod template that an action brings along: it is read, judged and edited as if its workload were applied with it. */

/** The workload as somebody would apply it with another template. */
export function appliedWith({ kind, metadata, spec }: Exclude<RolledWorkload, Job>, template: object) {
  const strategy = kind === 'Rollout' ? { strategy: { canary: {} } } : {};
  return {
    apiVersion: servedApiVersion[kind],
    kind,
    metadata: { name: metadata.name, namespace: metadata.namespace },
    spec: { selector: spec.selector, template, ...strategy },
  };
}

/** The workload with that template as the API server stores it; null where it is refused. */
export function readTemplate(
  source: Exclude<RolledWorkload, Job>,
  template: object,
  minor: MinorVersion,
): { readonly object: RolledWorkload | null; readonly issues: readonly Issue[] } {
  const { objects, issues } = readManifests(appliedWith(source, template), { minor });
  const object = objects.find((each): each is RolledWorkload => each.kind === source.kind);
  return { object: object !== undefined && issues.length === 0 ? object : null, issues };
}
