/**
 * A race is seen, not read: the deletion of a Pod without a preStop hook as a picture here, as SVG for a README or a slide, as a page
 * to step through, and as a playground. Name a folder to have the files: `npx tsx examples/23-pictures.ts folder`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPreStop, apps, clusters, defineScenario, formatGantt, fuzz, simulate, toSvg } from 'prestop';
import { toHtml, toPlayground } from 'prestop/html';

const deployed = defineScenario({
  manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx() },
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
});
const without = applyPreStop(deployed, 0);
const run = simulate(without, { seed: 1 });
console.log(formatGantt(run, { color: process.stdout.isTTY }));

const report = fuzz(without, { runs: 200 });
const worst = simulate(without, { seed: report.worst?.seed ?? 0 });
const files = {
  'run.svg': toSvg(run),
  'run.html': toHtml(run),
  'campaign.html': toHtml(report, { worst }),
  'playground.html': toPlayground(deployed),
};
const [folder] = process.argv.slice(2);
if (folder !== undefined) mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  if (folder !== undefined) writeFileSync(join(folder, name), text);
  console.log(`${name}: ${text.length > 1000 ? 'one file that needs nothing else' : 'empty'}`);
}
