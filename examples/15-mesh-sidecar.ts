/** The proxy of a mesh gets its stop signal with the Pod: a preStop of the app does not hold it. Three ways to end well. */
import { readFileSync } from 'node:fs';
import { defineScenario, describe, simulate } from 'prestop';

const manifests = readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8');

/** The same Deployment in Istio's mesh, with annotations of its Pods. Sidecars elsewhere hear of the Pod's end 8 s late. */
function meshed(annotations: string, version = '1.30') {
  return defineScenario({
    manifests: manifests.replace(
      /( +)(metadata:\n +labels:\n +)(app: web)/g,
      (whole, indent: string, before: string, label: string) =>
        indent.length < 4
          ? whole
          : `${indent}${before}${label}\n${indent}    sidecar.istio.io/inject: "true"\n${indent}  annotations: {${annotations}}`,
    ),
    cluster: { version },
    delays: { 'watch.router': '8s' },
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
  });
}

const DRAIN = 'proxy.istio.io/config: "terminationDrainDuration: 20s"';
const NATIVE = 'sidecar.istio.io/nativeSidecar: "true"';
const ways = {
  'a classic sidecar leaves after 5 s': meshed(''),
  'terminationDrainDuration: 20s': meshed(DRAIN),
  'a native sidecar': meshed(NATIVE),
  'Kubernetes 1.33 and an Istio that makes them native': meshed('', '1.33'),
};
for (const [name, scenario] of Object.entries(ways)) {
  const { safe, violations } = simulate(scenario, { seed: 1 }).verdict;
  console.log(`${name}: ${safe ? 'safe' : 'unsafe'}`);
  const [violation] = violations;
  if (violation !== undefined) console.log(`  ${describe(violation.fix)}`);
}
