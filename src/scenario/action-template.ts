import type { Issue } from '../cluster/issue.ts';
import type { Deployment } from '../cluster/objects.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';

/** A Pod template that an action brings along: it is read, judged and edited as if its Deployment were applied with it. */

/** The Deployment as somebody would apply it with another template. */
export function appliedWith({ metadata, spec }: Deployment, template: object) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: metadata.name, namespace: metadata.namespace },
    spec: { selector: spec.selector, template },
  };
}

/** The Deployment with that template as the API server stores it; null where it is refused. */
export function readTemplate(
  source: Deployment,
  template: object,
  minor: MinorVersion,
): { readonly object: Deployment | null; readonly issues: readonly Issue[] } {
  const { objects, issues } = readManifests(appliedWith(source, template), { minor });
  const [object] = objects;
  return { object: object?.kind === 'Deployment' && issues.length === 0 ? object : null, issues };
}
