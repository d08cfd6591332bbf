import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Duration } from '../../src/kernel/time.ts';
import { toBeSafe } from '../../src/matchers/index.ts';

const WEB = readFileSync('examples/01-web.yaml', 'utf8');

describe('toBeSafe(options)', () => {
  it('runs as many as it is told', () => {
    const { pass, message } = toBeSafe.call({ isNot: true }, WEB, { runs: 3, seed: 7 });
    expect(pass).toBe(true);
    expect(message()).toContain('.not.toBeSafe({ runs: 3, seed: 7 })');
    expect(message()).toContain('in 3 runs');
  });

  it('whose time runs out has shown nothing: it fails with .not and without', () => {
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now++);
    try {
      for (const isNot of [false, true]) {
        const { pass, message } = toBeSafe.call({ isNot }, WEB, { runs: 100, timeout: '3ms' });
        expect(pass).toBe(isNot);
        expect(message()).toMatch(
          /PARTIAL: [1-5] of 100 runs were made within the timeout, and none of them failed\./,
        );
      }
    } finally {
      clock.mockRestore();
    }
  });

  it('refuses a timeout that is none', () => {
    const { pass, message } = toBeSafe.call({}, WEB, { timeout: 'soon' as Duration });
    expect(pass).toBe(false);
    expect(message()).toContain('timeout');
  });
});
