import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The package beside tools that this project does not install: other versions of TypeScript, Jest, vitest 5, chai. They are downloaded into
 * a project of their own, together with the packed tarball.
 */

const COMPILERS = ['5.4', '5.9', '6', '7'];
/** vitest 5 starts on no older Node. */
const VITEST_5 = { major: 22, minor: 12 };

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runsVitest5 = major > VITEST_5.major || (major === VITEST_5.major && minor >= VITEST_5.minor);

const SCENARIO = `defineScenario({
  manifests: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'i', ports: [{ containerPort: 80 }], lifecycle: { preStop: { exec: { command: ['sleep', '9'] } } } }] } }, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'other', labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'i' }] } }, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }],
  actions: [{ type: 'deletePod', pod: 'web' }],
})`;

const LIBRARY = `import { applyPreStop, checkSafe, createSimulation, defineScenario, simulate, type Run } from 'prestop';
import { matchers } from 'prestop/matchers';
import { canBeDeleted } from 'prestop/rules';
export const scenario = ${SCENARIO};
export const run: Run = simulate(applyPreStop(scenario, 5));
export const { tally } = checkSafe(scenario);
export const snapshot = createSimulation(scenario).snapshot();
export const names = Object.keys(matchers);
export const rule = canBeDeleted;
// @ts-expect-error What actors are made from is nobody's business outside.
export const inside = scenario.world;
`;

const TYPED_TEST = (runner: string) => `import { expect } from '${runner}';
import { defineScenario } from 'prestop';
import 'prestop/${runner === 'vitest' ? 'vitest' : 'jest'}';
const scenario = ${SCENARIO};
expect(scenario).toBeSafe();
expect(scenario).not.toBeSafe({ runs: 10, seed: 1, timeout: '5s' });
expect(scenario).toHaveSafePreStop({ atLeastSeconds: 2 });
export const awaited: Promise<void> = expect(Promise.resolve(scenario)).resolves.toBeSafe();
// @ts-expect-error Options are named.
expect(scenario).toBeSafe(10);
// @ts-expect-error There is no such matcher.
expect(scenario).toBeSave();
`;

const TYPED_CHAI = `import * as chai from 'chai';
import { defineScenario } from 'prestop';
import { chaiPlugin } from 'prestop/matchers';
chai.use(chaiPlugin);
const scenario = ${SCENARIO};
chai.expect(scenario).toBeSafe({ runs: 5 });
chai.expect(scenario).not.toBeSafe({ runs: 5 });
// @ts-expect-error Options are named.
chai.expect(scenario).toBeSafe(10);
`;

const TEST = `test('is safe', () => { expect(${SCENARIO}).toBeSafe({ runs: 5 }); });
test('says so where it is not', () => {
  expect(() => expect(applyPreStop(${SCENARIO}, 0)).toBeSafe({ runs: 5 })).toThrow(/Replay/);
});
`;

type Step = (name: string, work: () => string) => Promise<void>;

/** Tries all of it in `folder`; says what could not be tried where no registry answers. */
export async function tryDownloaded(folder: string, tarball: string, step: Step): Promise<void> {
  const run = (file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    execFileSync(file, [...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    }).trim();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

  mkdirSync(folder, { recursive: true });
  write('package.json', '{ "name": "downloaded", "private": true, "type": "module" }\n');
  const wanted = [
    ...COMPILERS.map((version) => `typescript-${version}@npm:typescript@${version}`),
    ...['jest@30', '@jest/globals@30', 'chai@6', '@types/chai@5', '@types/node@20'],
    `vitest@${runsVitest5 ? 5 : 4}`,
  ];
  try {
    run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', tarball, ...wanted]);
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    console.log(`      not tried, since they could not be downloaded: ${wanted.join(', ')}`);
    return;
  }

  const compile = (version: string, files: readonly string[], options: readonly string[]) => {
    const home = join(folder, 'node_modules', `typescript-${version}`);
    const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    const given = [
      '--strict',
      '--declaration',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom',
      '--types',
      'node',
    ];
    run(process.execPath, [join(home, bin.tsc), ...given, ...options, '--outDir', 'out', ...files]);
    return 'strict, with declarations';
  };
  write('library.mts', LIBRARY);
  write('library.cts', LIBRARY);
  write('bundled.ts', LIBRARY);
  const modules = ['--module', 'nodenext', '--skipLibCheck', 'false'];
  for (const version of COMPILERS) {
    await step(`TypeScript ${version}, ES modules and CommonJS`, () =>
      compile(version, ['library.mts', 'library.cts'], modules),
    );
  }
  await step('TypeScript 6, for a bundler', () =>
    compile('6', ['bundled.ts'], ['--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck']),
  );
  write('types-jest.mts', TYPED_TEST('@jest/globals'));
  write('types-vitest.mts', TYPED_TEST('vitest'));
  write('types-chai.mts', TYPED_CHAI);
  // Types of the runners are not all without errors of their own.
  const lenient = ['--module', 'nodenext', '--skipLibCheck'];
  await step('types for Jest, vitest and chai', () =>
    compile('6', ['types-jest.mts', 'types-vitest.mts', 'types-chai.mts'], lenient),
  );

  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  write(
    'common.test.cjs',
    `require('prestop/jest');\nconst { applyPreStop, defineScenario } = require('prestop');\n${TEST}`,
  );
  write(
    'module.test.mjs',
    `import 'prestop/jest';\nimport { applyPreStop, defineScenario } from 'prestop';\n${TEST}`,
  );
  const quiet = ['--silent', '--watchman=false', '--runInBand'];
  await step('Jest, CommonJS', () => {
    run(process.execPath, [jest, ...quiet, 'common.test.cjs']);
    return 'two tests pass';
  });
  await step('Jest, ES modules', () => {
    run(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...quiet, 'module.test.mjs']);
    return 'two tests pass';
  });
  write(
    'vitest.spec.ts',
    `import 'prestop/vitest';\nimport { expect, test } from 'vitest';\nimport { applyPreStop, defineScenario } from 'prestop';\n${TEST}`,
  );
  await step(`vitest ${runsVitest5 ? 5 : '4 (5 needs Node ≥ 22.12)'}`, () => {
    run(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', 'vitest.spec.ts']);
    return 'two tests pass';
  });
}
