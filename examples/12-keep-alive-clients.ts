/**
 * Requests still arrive two minutes after the deletion, though every rule let go of the Pod within a second: clients that keep their
 * connections are never asked to choose again. A longer preStop does not change that; what the server does at the stop signal does.
 */
import { readFileSync } from 'node:fs';
import { applyPreStop, apps, clients, clusters, defineScenario, describe, simulate } from 'prestop';

const manifests = readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8').replace(
  'terminationGracePeriodSeconds: 60',
  'terminationGracePeriodSeconds: 150',
);
const clientsOfTheService = [
  clients.goHttp({ from: { node: 'node-2' }, load: { concurrency: 2, pause: '100ms' } }),
  clients.nodeFetch({ from: { node: 'node-3' }, load: { concurrency: 10, pause: '30ms' } }),
  clients.curlLoop({ from: { node: 'node-3' } }),
];

for (const [title, web] of Object.entries({
  'the server closes its connections between two requests': apps.nginx(),
  'the server says "Connection: close" for 5 s first': apps.keepsAccepting('5s', {
    closeIdleKeepAlive: false,
    sendConnectionClose: true,
  }),
})) {
  const scenario = defineScenario({
    manifests,
    cluster: clusters.gke130Calico(),
    apps: { web },
    clients: clientsOfTheService,
    actions: [{ type: 'deletePod', pod: 'web-1-0', at: '1s' }],
  });
  const { lateArrivals, byClient, failures } = simulate(applyPreStop(scenario, 120), { seed: 23 }).verdict
    .requests;
  console.log(`preStop 120 s; ${title}:`);
  for (const { client, over, phase, count, lastMs, letGoMs } of lateArrivals) {
    const when = phase === 'preStop' ? 'during preStop' : 'after the stop signal';
    console.log(
      `  ${client}: ${count} ${count === 1 ? 'request' : 'requests'} ${when} over a ${over === 'keptConnection' ? 'kept' : 'new'} connection, ` +
        `the last at ${seconds(lastMs)}; the last router let go at ${letGoMs === null ? 'no time' : seconds(letGoMs)}`,
    );
  }
  for (const [client, { sent, failed, retried }] of Object.entries(byClient)) {
    console.log(
      `  ${client}: ${sent} sent, failed ${JSON.stringify(failed)}, saved by a retry ${retried.requests}`,
    );
  }
  for (const failure of failures) console.log(`  why: ${describe(failure)}`);
  console.log();
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
