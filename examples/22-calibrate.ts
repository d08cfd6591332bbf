// Your own cluster's delays: from recordings of it to a verdict that rests on them.
import { readFileSync } from 'node:fs';
import { apps, calibrate, defineScenario, delaysOf, fuzz } from 'prestop';
import { readCalibrationFiles } from 'prestop/node';

const folder = 'examples/22-calibrate';
const { recordings } = await readCalibrationFiles([`${folder}/recordings`]);
const calibration = calibrate({ recordings });

console.log(`${recordings.length} recordings of ${calibration.date}.`);
for (const { name, supported } of calibration.sums.slice(0, 3)) console.log(`  ${name}: ${supported}`);

const scenario = {
  manifests: readFileSync(`${folder}/web.yaml`, 'utf8'),
  cluster: { version: '1.33', nodes: 3 },
  apps: { web: apps.nginx() },
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
} as const;

// The same preStop of 1 s, with the defaults of a quiet cluster and with what was measured in this one.
for (const [what, delays] of [
  ['the defaults', {}],
  ['measured delays', delaysOf(calibration)],
] as const) {
  const { failures, runs } = fuzz(defineScenario({ ...scenario, delays }), { runs: 100 });
  console.log(`With ${what}: ${failures === 0 ? 'safe' : 'not safe'}, ${failures} of ${runs} runs failed.`);
}
