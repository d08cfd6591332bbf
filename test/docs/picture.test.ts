import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { applyPreStop, apps, clusters, defineScenario, simulate, toSvg } from '../../src/index.ts';

/** The picture on the README's first screen: made here, `npx vitest run test/docs/picture.test.ts -u` makes it anew. */
it('the picture of the README is that of the deletion without a hook', async () => {
  const scenario = defineScenario({
    manifests: readFileSync(new URL('../../examples/01-web.yaml', import.meta.url), 'utf8'),
    cluster: clusters.gke130Calico(),
    apps: { web: apps.nginx() },
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
  });
  const run = simulate(applyPreStop(scenario, 0), { seed: 1 });
  await expect(toSvg(run, { pod: 'web-1-0', width: 880 })).toMatchFileSnapshot(
    '../../examples/23-no-prestop.svg',
  );
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme.slice(0, readme.indexOf('npm install'))).toContain('(examples/23-no-prestop.svg)');
});
