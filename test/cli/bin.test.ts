import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { builtDist } from '../node/built-dist.ts';
import { SOMETIMES_UNSAFE } from '../node/sometimes-unsafe.ts';
import { type Ended, runBin } from './run-bin.ts';
import { enter, runHere } from './run-here.ts';

const SAFE = SOMETIMES_UNSAFE.replace('seconds: 1', 'seconds: 5');
const ONE_POD = ['--cluster', 'quiet136', '--delete-pod', 'web-1-0'];
const QUICK = [...ONE_POD, '--runs', '20'];
/** Where each second of the grace period is run. */
const FEW = [...ONE_POD, '--runs', '3'];
/** Long enough for every run of a hook of no length to be unsafe, and short enough for one of a second. */
const LATE = ['--set', 'delays.watch.kubeProxy=500ms'];

let folder = '';
let leave = () => {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prestop-cli-'));
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('safe.yaml', SAFE);
  write(
    'slow.yaml',
    SAFE.replace('seconds: 5', 'seconds: 0').replace('kind: Service', '# slow\nkind: Service'),
  );
  write('bad.yaml', SAFE.replace('replicas: 2', 'replicas: two'));
  write('syntax.yaml', 'spec: [');
  write('none.yaml', 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}');
  write('beside/web.yaml', SAFE);
  write(
    'beside/prestop.config.yaml',
    'cluster: {version: "1.36", nodes: 1}\nactions: [{type: deletePod, pod: web-1-1}]\n',
  );
  write(
    'module/prestop.config.mjs',
    "export default { manifests: ['../safe.yaml'], cluster: { nodes: 1 } };",
  );
  await builtDist();
  leave = enter(folder);
});
afterAll(() => leave());

/** In this process; what is the process's own affair goes through the bin. */
const prestop = (args: readonly string[]) => runHere(args);
const bin = (
  args: readonly string[],
  stdin?: string,
  env?: Readonly<Record<string, string>>,
): Promise<Ended> =>
  runBin(args, { cwd: folder, ...(stdin !== undefined && { stdin }), ...(env !== undefined && { env }) });

describe('check', () => {
  it('exits 0 where every run is safe', async () => {
    const { code, stdout, stderr } = await bin(['check', 'safe.yaml', ...QUICK]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^SAFE: every one of 20 runs was safe\.\n0 failures in 20 runs: fewer than 14 % fail, at 95 %\./,
    );
    expect(stdout).toContain('Service web: safe in every run');
    expect(stdout).toMatch(/Repeat it: prestop timeline safe\.yaml .*--seed \d+\n$/);
  });

  it('exits 1 where a run is not, and names the violation, the fix and the run', async () => {
    const { code, stdout } = await prestop(['check', 'slow.yaml', ...LATE, ...QUICK]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^UNSAFE: 20 of 20 runs were not safe\./);
    expect(stdout).toMatch(/The worst run \(seed \d+\): exposed/);
    expect(stdout).toMatch(/Fix: Set preStop to at least \d+ ms/);
    expect(stdout).toContain('kubectl');
    expect(stdout.split('\n').every((line) => line.length <= 100 || line.startsWith('Repeat it'))).toBe(true);
  });

  it('repeats its worst run by the line it prints', async () => {
    const { stdout } = await prestop(['check', 'slow.yaml', ...LATE, ...QUICK]);
    const line = /Repeat it: prestop (.*)\n/.exec(stdout)?.[1] ?? '';
    const why =
      /kube-proxy\/node-1 still sent[^.]*\./.exec(stdout.replaceAll(/\n +/g, ' '))?.[0] ?? 'nothing';
    const again = await prestop(line.split(' '));
    expect(again.code).toBe(1);
    expect(again.stdout.replaceAll(/\n +/g, ' ')).toContain(why);
  });

  it('reads stdin', async () => {
    const { code, stdout } = await bin(['check', '-', ...QUICK], SAFE);
    expect(code).toBe(0);
    expect(stdout).toContain('Repeat it: prestop timeline - ');
  });

  it('takes any option of a scenario by --set', async () => {
    const set = ['--set', 'delays.watch.kubeProxy=6s', '--set', 'cluster.kubeProxy.minSyncPeriod=10ms'];
    const { code, stdout } = await prestop(['check', 'safe.yaml', ...QUICK, ...set]);
    expect(code).toBe(1);
    expect(stdout).toContain('--set delays.watch.kubeProxy=6s');
  });

  it('tries another preStop', async () => {
    expect((await prestop(['check', 'slow.yaml', ...LATE, ...QUICK, '--pre-stop', '5'])).code).toBe(0);
  });

  it('gives JSON', async () => {
    const { code, stdout } = await prestop(['check', 'slow.yaml', ...LATE, ...QUICK, '--json']);
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(report).toMatchObject({
      safe: false,
      partial: false,
      runs: 20,
      failures: 20,
      services: { web: 20 },
    });
    expect(report.worst.verdict.violations[0].culprit.length).toBeGreaterThan(3);
  });

  it('names each of several Services', async () => {
    const other = SAFE.replaceAll('web', 'api');
    writeFileSync(join(folder, 'api.yaml'), other);
    const { stdout } = await prestop(['check', 'slow.yaml', 'api.yaml', ...LATE, ...QUICK]);
    expect(stdout).toContain('Service web: not safe in 20 runs');
    expect(stdout).toContain('Service api: not judged');
  });

  it('points at the preStop in the YAML, or at the container without one', async () => {
    const delay = ['--set', 'delays.watch.kubeProxy=6s', '--format', 'github'];
    const there = await prestop(['check', 'safe.yaml', ...QUICK, ...delay]);
    expect(there.stdout).toMatch(
      /^::error file=safe\.yaml,line=17,col=11,title=prestop%3A exposed::kube-proxy.*%0AFix: /m,
    );
    expect(SAFE.split('\n')[16]).toContain('preStop:');
    const without = SAFE.replace(/ {8}lifecycle:[\s\S]*?seconds: 5\}\n/, '');
    writeFileSync(join(folder, 'without.yaml'), `# first\n---\n${without}`);
    const missing = await prestop(['check', 'without.yaml', ...QUICK, '--format', 'github']);
    const line = `# first\n---\n${without}`.split('\n').findIndex((text) => text.includes('- name: web')) + 1;
    expect(missing.stdout).toContain(`::error file=without.yaml,line=${line},col=9,`);
  });

  it('says that all is safe as a notice', async () => {
    const { stdout } = await prestop(['check', 'safe.yaml', ...QUICK, '--format', 'github']);
    expect(stdout).toMatch(/^::notice title=prestop%3A safe::0 failures in 20 runs/m);
  });
});

describe('several workloads', () => {
  const SET = `---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db, ports: [{containerPort: 5432}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: lost}
spec: {selector: {app: lost}, ports: [{port: 80}]}
`;
  const check = (args: readonly string[]) =>
    prestop(['check', 'several.yaml', '--cluster', 'quiet136', '--runs', '5', ...args]);
  beforeAll(() => writeFileSync(join(folder, 'several.yaml'), `${SAFE}${SET}`));

  it('have a row each, and the worst of the unsafe one below', async () => {
    const { code, stdout } = await check(['--set', 'delays.watch.kubeProxy=500ms']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^UNSAFE: 1 of 2 workloads: StatefulSet db; not judged: Service lost\./);
    expect(stdout).toMatch(/^Deployment web +rolled out +sleep 5 s +30 s +safe /m);
    expect(stdout).toMatch(/^StatefulSet db +rolled out +none +30 s +unsafe /m);
    expect(stdout).toMatch(/--workload StatefulSet\/db --seed \d+$/m);
  });

  it('are not judged where a Service has nothing behind it, unless that is excused', async () => {
    const lost = SET.slice(SET.lastIndexOf('---'));
    writeFileSync(join(folder, 'lost.yaml'), `${SAFE}${lost}`);
    const of = (...args: string[]) =>
      prestop(['check', 'lost.yaml', '--cluster', 'quiet136', '--runs', '5', ...args]);
    const one = await of();
    expect(one.code).toBe(5);
    expect(one.stdout).toMatch(/^NOT JUDGED: Service lost/);
    expect((await of('--allow-unjudged')).code).toBe(0);
    const config = (name: string, service: string) =>
      writeFileSync(join(folder, name), JSON.stringify({ accept: [{ service, reason: 'by hand' }] }));
    config('accept.json', 'lost');
    const excused = await of('--config', 'accept.json');
    expect(excused.code).toBe(0);
    expect(excused.stdout).toContain('Accepted: by hand');
    config('stale.json', 'gone');
    expect((await of('--config', 'stale.json')).code).toBe(2);
  });

  it('beside a Pod that is deleted by name are said not to be judged', async () => {
    const { code, stdout } = await check(['--delete-pod', 'web-1-0']);
    expect(code).toBe(5);
    expect(stdout).toMatch(/^NOT JUDGED: Service db, Service lost/);
  });
});

describe('a scenario file', () => {
  it('beside the manifests is found', async () => {
    const { stdout } = await prestop(['check', 'beside/web.yaml', '--runs', '5']);
    expect(stdout).toContain('Pod web-1-1');
  });

  it('gives way to options', async () => {
    const { stdout } = await prestop(['check', 'beside', '--runs', '5', '--delete-pod', 'web-1-0@1s']);
    expect(stdout).toContain('Pod web-1-0');
  });

  it('may name the manifests', async () => {
    const { code, stdout } = await prestop([
      'timeline',
      '--config',
      'module/prestop.config.mjs',
      '--delete-pod',
      'web-1-0',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('SAFE under seed 0.');
  });
});

describe('timeline, find, sweep, presets', () => {
  it('timeline prints one run', async () => {
    const { code, stdout } = await prestop([
      'timeline',
      'slow.yaml',
      ...ONE_POD,
      '--pod',
      'web-1-0',
      '--explain',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('web stops accepting');
    expect(stdout).toContain('UNSAFE: margin');
  });

  it('timeline gives JSON, with every event where asked', async () => {
    const { stdout } = await prestop(['timeline', 'safe.yaml', ...ONE_POD, '--json', '--all']);
    const data = JSON.parse(stdout);
    expect(data.pods['web-1-0'].preStopOutcome).toBe('completed');
    expect(data.trace.length).toBeGreaterThan(20);
  });

  it('counts the requests of clients, and names them in the line that repeats a run', async () => {
    const client = ['--client', 'curlLoop@node-1'];
    const { code, stdout } = await prestop(['check', 'slow.yaml', ...LATE, ...QUICK, ...client]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/requestFailed in \d+ runs/);
    expect(stdout).toMatch(/prestop timeline slow\.yaml .*--client curlLoop@node-1 .*--seed \d+/);
  });

  it('find prints the interval', async () => {
    const { code, stdout } = await prestop(['find', 'slow.yaml', ...LATE, ...FEW]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SAFE: a preStop sleep from 1 s to 29 s\. Use 2 s\./);
    expect(stdout).toContain(
      'prestop timeline slow.yaml --cluster quiet136 --delete-pod web-1-0 --set delays.watch.kubeProxy=500ms --pre-stop 0 --seed',
    );
  });

  it('find exits 1 where there is none', async () => {
    const { code, stdout } = await prestop([
      'find',
      'slow.yaml',
      ...LATE,
      ...FEW,
      '--router',
      'awsNlbIp',
      '--json',
    ]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'none', reason: 'graceTooShort' });
  });

  it('sweep prints a row for each value', async () => {
    const { code, stdout } = await prestop(['sweep', 'slow.yaml', ...LATE, ...QUICK, '--to', '10']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ 0 s .*20 of 20\n +5 s .* 0 of 20\n +10 s .* 0 of 20/);
  });

  it('presets lists them', async () => {
    const { code, stdout } = await prestop(['presets', 'routers']);
    expect(code).toBe(0);
    expect(stdout).toContain('awsAlbIp');
    expect(stdout).not.toContain('gke130Calico');
  });
});

describe('bad input exits 2, says what to change, and nothing else', () => {
  const rows: readonly (readonly [string, readonly string[], string])[] = [
    [
      'a manifest that Kubernetes refuses',
      ['check', 'bad.yaml'],
      'bad.yaml[0] Deployment/web spec.replicas: the string "two" must be',
    ],
    ['text that is no YAML', ['check', 'syntax.yaml'], 'syntax.yaml: '],
    ['nothing to simulate', ['check', 'none.yaml'], 'no object has Pods'],
    ['a missing file', ['timeline', 'nope.yaml'], 'nope.yaml is no file'],
    ['a missing scenario file', ['check', 'safe.yaml', '--config', 'x.json'], 'x.json cannot be read'],
    ['no manifests', ['check'], 'No manifests are given'],
    ['an unknown Pod', ['check', 'safe.yaml', '--delete-pod', 'web-9'], 'There is no Pod "web-9".'],
    ['an unknown preset', ['check', 'safe.yaml', '--cluster', 'mars'], 'the preset "mars" does not exist'],
    [
      'an unknown option',
      ['check', 'safe.yaml', '--frobnicate'],
      "Unknown option '--frobnicate'.\nSee prestop check --help.",
    ],
    ['an unknown command', ['chek'], 'There is no command "chek".'],
    ['a number out of range', ['check', 'safe.yaml', '--runs', '0'], '--runs: "0" is out of range'],
    ['an unknown path of --set', ['check', 'safe.yaml', '--set', 'cluster.nods=1'], 'nods'],
    [
      'an unknown Pod of a timeline',
      ['timeline', 'safe.yaml', '--pod', 'api-0'],
      'nothing happened to a Pod "api-0"',
    ],
    [
      'a report that is none',
      ['merge', 'safe.yaml'],
      'safe.yaml is no JSON; merge takes the files that `prestop fuzz --out` wrote',
    ],
  ];
  it('as a process', async () => {
    const { code, stdout, stderr } = await bin(['check', 'bad.yaml']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('must be');
  });
  it.each(rows)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await prestop(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('as annotations at the line, in a workflow', async () => {
    const { code, stdout } = await prestop(['check', 'bad.yaml', '--format', 'github']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^::error file=bad\.yaml,line=5,col=13,title=prestop%3A wrongType::/);
  });
});

describe('help, version, colour', () => {
  it.each([[[]], [['--help']], [['help']]])('prestop %j teaches', async (args) => {
    const { code, stdout } = await prestop(args);
    expect(code).toBe(0);
    expect(stdout).toContain('prestop check k8s/*.yaml');
    expect(stdout).toContain('Exit codes');
  });

  it('every command teaches', async () => {
    for (const command of ['check', 'timeline', 'find', 'sweep', 'fuzz', 'merge', 'presets']) {
      const { code, stdout } = await prestop([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: prestop ${command}`);
      expect(stdout).toContain('Examples');
    }
  });

  it('prints its version', async () => {
    expect((await bin(['--version'])).stdout).toBe(`${version}\n`);
  });

  it('colours where it is told to, and not in a pipe', async () => {
    const args = ['check', 'safe.yaml', ...QUICK];
    expect((await bin(args, '', { FORCE_COLOR: '1' })).stdout).toContain('\u001b[32mSAFE');
    expect((await bin(args)).stdout).not.toContain('\u001b');
  });

  it('is named in package.json, with what it needs beside it', async () => {
    const { bin, exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(bin).toEqual({ prestop: './dist/cli.js' });
    expect(Object.keys(exports)).toContain('./node');
    expect(readFileSync(join(await builtDist(), 'cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
