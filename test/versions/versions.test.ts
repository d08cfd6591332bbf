import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { containerRules, containerRuns, manifestRules, manifestRuns } from './rows-containers.ts';
import { podRules, podRuns } from './rows-pods.ts';
import { routeRules, routeRuns } from './rows-routes.ts';
import { workloadRules } from './rows-workloads.ts';
import { tableRows } from './tables.ts';

/** The page of versions: every row of its tables is executed, and says truly whether a run or a rule shows it. */

const page = readFileSync(new URL('../../src/VERSIONS.md', import.meta.url), 'utf8');
const rows = tableRows(page).map(({ cells: [from = '', what = '', , upstream = '', shownBy = ''] }) => ({
  name: `${from} ${what}`,
  from,
  upstream,
  shownBy,
}));

const runs = { ...containerRuns, ...manifestRuns, ...podRuns, ...routeRuns };
const rules = { ...containerRules, ...manifestRules, ...podRules, ...routeRules, ...workloadRules };

describe('what differs between versions', () => {
  it.each(rows.map(({ name, shownBy }) => [name, shownBy] as const))('%s', (name, shownBy) => {
    const shown = { run: runs, rule: rules }[shownBy];
    const show = shown?.[name];
    expect(show, `no ${shownBy} shows "${name}"`).toBeDefined();
    show!();
  });
});

describe('the page of versions', () => {
  it('has a row for everything that is shown', () => {
    const shown = [...Object.keys(runs), ...Object.keys(rules)];
    expect(rows.map(({ name }) => name).toSorted()).toEqual(shown.toSorted());
  });

  it('names a supported version and a place upstream in every row', () => {
    for (const { from, upstream } of rows) {
      expect(from).toMatch(/^1\.(2[7-9]|3[0-6])$/);
      expect(upstream).toMatch(/^(pkg|staging)\/[\w./-]+\.go /);
    }
  });
});
