// Makes the recordings of this folder: a simulated cluster whose EndpointSlice controller is slow, as a recorder with kubectl sees it.
// In a real cluster: npx prestop record --deployment web --out recordings
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { defineScenario, formatRecording, runSeed, simulate, toRecording } from '../../src/index.ts';

const folder = new URL('recordings/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (let rep = 0; rep < 12; rep++) {
  const scenario = defineScenario({
    manifests: readFileSync(new URL('web.yaml', import.meta.url), 'utf8'),
    cluster: { version: '1.33', nodes: 3 },
    apps: { web: { onStopSignal: 'exit' } },
    delays: {
      'apiServer.write': { uniform: ['20ms', '150ms'] },
      'watch.kubelet': { uniform: ['2ms', '20ms'] },
      'watch.endpointSliceController': { uniform: ['2ms', '20ms'] },
      'endpointSliceController.sync': { uniform: ['300ms', '850ms'] },
    },
    actions: [{ type: 'deletePod', pod: `web-1-${rep % 3}` }],
  });
  const run = simulate(scenario, { seed: runSeed(22, rep) });
  const recording = toRecording(run, { rep, t0Us: 1_795_449_600_000_000 + rep * 30_000_000 });
  writeFileSync(new URL(`${String(rep).padStart(2, '0')}.jsonl`, folder), formatRecording(recording));
}
