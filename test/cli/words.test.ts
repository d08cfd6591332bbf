import { describe, expect, it } from 'vitest';
import { annotation } from '../../src/cli/annotations.ts';
import { parseCommandLine } from '../../src/cli/args.ts';
import { readPath, withAssignments } from '../../src/cli/assignments.ts';
import { COMMANDS, type CommandName } from '../../src/cli/command-specs.ts';
import { commandHelp, generalHelp } from '../../src/cli/help.ts';
import { takesColor } from '../../src/cli/output.ts';
import { namingFiles, placeIssues } from '../../src/cli/placed-issues.ts';
import { clientPreset, clusterPreset, listPresets, withNamedPresets } from '../../src/cli/presets.ts';
import { ProgressLine, progressText } from '../../src/cli/progress.ts';
import { shellWord } from '../../src/cluster/printable.ts';
import { runHere } from './run-here.ts';

describe('--set', () => {
  const rows: readonly (readonly [string, unknown])[] = [
    ['cluster.kubeProxy.minSyncPeriod=10s', { cluster: { kubeProxy: { minSyncPeriod: '10s' } } }],
    ['cluster.version=1.30', { cluster: { version: '1.30' } }],
    ['cluster.nodes=5', { cluster: { nodes: 5 } }],
    ['horizon=90s', { horizon: '90s' }],
    ['delays.watch.kubeProxy=50ms', { delays: { 'watch.kubeProxy': '50ms' } }],
    ['cluster.delays.watch.kubeProxy=5ms', { cluster: { delays: { 'watch.kubeProxy': '5ms' } } }],
    ['delays["watch.kubeProxy"]=5ms', { delays: { 'watch.kubeProxy': '5ms' } }],
    [
      'delays.watch.kubeProxy.uniform=[1ms, 2s]',
      { delays: { 'watch.kubeProxy': { uniform: ['1ms', '2s'] } } },
    ],
    ['routers[0].lag=5s', { routers: [{ lag: '5s' }] }],
    ['apps.web.failReadiness=true', { apps: { web: { failReadiness: true } } }],
    ['actions=[{type: deletePod, pod: web-1-0}]', { actions: [{ type: 'deletePod', pod: 'web-1-0' }] }],
    ['ties=', { ties: null }],
  ];
  it.each(rows)('%s', (text, expected) => {
    expect(withAssignments({}, [text])).toEqual(expected);
  });

  it('changes what is there and leaves the rest', () => {
    const input = { cluster: { nodes: 3, kubeProxy: { syncPeriod: '1m' } }, routers: [{ name: 'a' }] };
    const changed = withAssignments(input, [
      'cluster.kubeProxy.minSyncPeriod=1s',
      'routers[0].lag=2s',
      'routers[1].name=b',
    ]);
    expect(changed).toEqual({
      cluster: { nodes: 3, kubeProxy: { syncPeriod: '1m', minSyncPeriod: '1s' } },
      routers: [{ name: 'a', lag: '2s' }, { name: 'b' }],
    });
    expect(input.routers).toEqual([{ name: 'a' }]);
  });

  const bad: readonly (readonly [string, string])[] = [
    ['cluster', 'assigns nothing'],
    ['=5', 'assigns nothing'],
    ['a..b=1', '"a..b" is no path'],
    [`${Array(20_000).fill('a').join('.')}=1`, 'a path of 20000 steps is longer than any input is deep'],
    [`a${'[0]'.repeat(20_000)}=1`, 'a path of 20001 steps is longer than any input is deep'],
    ['routers[2].lag=1s', 'does not lead anywhere'],
    ['actions=[', 'is no YAML'],
    ['manifests=x', 'manifests come from files'],
  ];
  it.each(bad)('refuses %s', (text, message) => {
    expect(() => withAssignments({}, [text])).toThrow(message);
  });

  it('keeps a key that is called __proto__ a key', () => {
    const changed = withAssignments({}, ['__proto__.polluted=1']);
    expect(Object.hasOwn(changed, '__proto__')).toBe(true);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(readPath('a.b[0]')).toEqual(['a', 'b', 0]);
  });
});

describe('the command line', () => {
  it('is read into options', () => {
    const parsed = parseCommandLine([
      'fuzz',
      'a.yaml',
      '-',
      '--runs',
      '1e3',
      '--shard=3/8',
      '--router',
      'x',
      '--router=y',
    ]);
    expect(parsed).toMatchObject({
      kind: 'command',
      command: 'fuzz',
      positionals: ['a.yaml', '-'],
      options: { runs: 1000, shard: { index: 3, count: 8 }, routers: ['x', 'y'], seed: 0, format: 'text' },
    });
  });

  const bad: readonly (readonly [readonly string[], string])[] = [
    [['fuzz', '--shard', '9/8'], 'is no part'],
    [['fuzz', '--shard', '1'], 'is no part'],
    [['check', '--runs', '1e99'], 'out of range'],
    [['check', '--runs', '1', '--runs', '2'], 'given 2 times'],
    [['check', '--format', 'xml'], 'does not exist'],
    [['check', '--json', '--format', 'github'], 'exclude each other'],
    [['find', '--confidence', '1'], 'to below 1'],
    [['find', '--pre-stop', '1'], "Unknown option '--pre-stop'"],
    [['check', '--seed'], 'argument missing'],
  ];
  it.each(bad)('%j is refused', (argv, message) => {
    expect(() => parseCommandLine(argv)).toThrow(message);
  });
});

describe('what is printed', () => {
  it('help fits 100 columns and names every option of a command', () => {
    const names = Object.keys(COMMANDS) as CommandName[];
    for (const text of [generalHelp(), ...names.map(commandHelp)]) {
      expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    }
    for (const name of names) {
      for (const option of COMMANDS[name].options) expect(commandHelp(name)).toContain(`--${option}`);
    }
  });

  const progress: readonly (readonly [number, number, string])[] = [
    [0, 0, '0 of 10,000 runs (0 %), 0 runs/s, 1 failure'],
    [2500, 1000, '2,500 of 10,000 runs (25 %), 2,500 runs/s, 1 failure, 3 s left'],
    [10, 20_000, '10 of 10,000 runs (0 %), 0.5 runs/s, 1 failure, 5.5 h left'],
    [10_000, 4000, '10,000 of 10,000 runs (100 %), 2,500 runs/s, 1 failure'],
  ];
  it.each(progress)('progress after %d runs and %d ms', (done, elapsedMs, expected) => {
    expect(progressText({ done, runs: 10_000, failures: 1 }, elapsedMs)).toBe(expected);
  });

  it('progress writes one line over and over, not too often, and wipes it', () => {
    let written = '';
    let nowMs = 0;
    const io = {
      errRaw: (text: string) => {
        written += text;
      },
      nowMs: () => nowMs,
      isTerminal: true,
    };
    const line = new ProgressLine(io, true);
    for (const done of [1, 2, 3, 10]) {
      nowMs += 40;
      line.update({ done, runs: 10, failures: 0 });
    }
    line.done();
    expect(written.split('\r').filter((text) => text.includes('runs'))).toHaveLength(2);
    expect(written).toMatch(/\r +\r$/);
    const silent = new ProgressLine({ ...io, errRaw: () => expect.unreachable() }, false);
    silent.update({ done: 10, runs: 10, failures: 0 });
    silent.done();
  });

  it('progress of a search says which preStop it tries, and takes the rate of each anew', () => {
    let written = '';
    let nowMs = 0;
    const errRaw = (text: string) => {
      written += text;
    };
    const line = new ProgressLine({ errRaw, nowMs: () => nowMs, isTerminal: true }, true);
    for (const [preStopSeconds, done] of [
      [3, 500],
      [3, 1000],
      [4, 500],
    ] as const) {
      nowMs += 1000;
      line.update({ preStopSeconds, done, runs: 1000, failures: 0 });
    }
    expect(written.split('\r').map((text) => text.trim())).toEqual([
      '',
      'preStop 3 s: 500 of 1,000 runs (50 %), 500 runs/s, 0 failures, 1 s left',
      'preStop 3 s: 1,000 of 1,000 runs (100 %), 500 runs/s, 0 failures',
      'preStop 4 s: 500 of 1,000 runs (50 %), 500 runs/s, 0 failures, 1 s left',
    ]);
  });

  const colors: readonly (readonly [Parameters<typeof takesColor>[0], boolean, boolean])[] = [
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ TERM: 'dumb' }, true, false],
  ];
  it.each(colors)('with %j on a terminal: %s, colours: %s', (env, isTerminal, expected) => {
    expect(takesColor(env, isTerminal)).toBe(expected);
  });

  it('annotations escape what would end them', () => {
    const place = { file: 'a,b:c.yaml', line: 3, column: 5 };
    expect(annotation({ level: 'error', title: 'x: y', message: '50 %\nnext', place })).toBe(
      '::error file=a%2Cb%3Ac.yaml,line=3,col=5,title=x%3A y::50 %25%0Anext',
    );
    expect(annotation({ level: 'notice', title: 't', message: 'm', place: null })).toBe(
      '::notice title=t::m',
    );
  });

  it('words of a command are quoted where a shell needs it', () => {
    expect(['a.yaml', 'k=[1,2]', "it's", ''].map(shellWord)).toEqual([
      'a.yaml',
      "'k=[1,2]'",
      "'it'\\''s'",
      "''",
    ]);
  });
});

describe('documents are called by their files', () => {
  const files = [
    { path: 'one.yaml', text: 'kind: A' },
    { path: 'empty.yaml', text: '# nothing' },
    { path: 'two.yaml', text: 'kind: B\n---\n---\nkind: C' },
  ];

  it('in texts and in issues', () => {
    expect(namingFiles(files)('manifests[0] and manifests[3], not manifests[9]')).toBe(
      'one.yaml and two.yaml[1], not manifests[9]',
    );
    const issue = {
      path: ['manifests', 2, 'spec'],
      message: 'manifests[2] B/x spec: wrong, see manifests[0]',
    };
    expect(placeIssues([issue], files)).toEqual([
      { path: ['two.yaml[0]'], message: 'two.yaml[0] B/x spec: wrong, see one.yaml', file: 'two.yaml' },
    ]);
  });
});

describe('presets', () => {
  it('have short names', () => {
    expect(clusterPreset('gke', {}).name).toBe('gke130Calico');
    expect(clusterPreset('QUIET', { nodes: 4 })).toMatchObject({ name: 'quiet136', nodes: 4 });
    expect(() => clusterPreset('', {})).toThrow('does not exist');
  });

  it('of clients take where they stand', () => {
    expect(clientPreset('curlLoop@node-1')).toMatchObject({ name: 'curl-loop', from: { node: 'node-1' } });
    expect(clientPreset('go')).toMatchObject({ name: 'go-http', from: 'external' });
    expect(() => clientPreset('node')).toThrow('may be nodeAgent or nodeFetch');
  });

  it('are named in a scenario file, alone or with what differs from them', () => {
    const own = { name: 'own-lb', lag: '2s' };
    const named = withNamedPresets({
      cluster: { preset: 'gke', nodes: 5 },
      routers: ['awsAlbIp', own, { preset: 'awsNlbIp', services: ['web'] }],
      apps: { web: 'nginx', api: { drain: '5s' }, old: { preset: 'shellAsPid1', startup: '2s' } },
      clients: ['curlLoop@node-1', { preset: 'goHttp', service: 'web' }],
      horizon: '1m',
    });
    expect(named).toMatchObject({
      cluster: { name: 'gke130Calico', nodes: 5 },
      routers: [{ name: 'aws-alb' }, own, { name: 'aws-nlb', services: ['web'] }],
      apps: { api: { drain: '5s' }, old: { startup: '2s', onStopSignal: 'ignore' } },
      clients: [
        { name: 'curl-loop', from: { node: 'node-1' } },
        { name: 'go-http', from: 'external', service: 'web' },
      ],
      horizon: '1m',
    });
    expect((named.apps as { readonly web: object }).web).toHaveProperty('sources');
    expect(() => withNamedPresets({ apps: { web: 'ngnix' } })).toThrow(
      'apps.web: the preset "ngnix" does not exist. Did you mean nginx?',
    );
    expect(withNamedPresets({ cluster: 7, routers: 'x', apps: null })).toEqual({
      cluster: 7,
      routers: 'x',
      apps: null,
    });
  });

  it('say where they are from', () => {
    const listed = listPresets(['clusters', 'routers', 'apps', 'clients']);
    expect(listed.length).toBeGreaterThan(15);
    expect(listed.filter(({ kind, sources }) => kind !== 'apps' && sources.length === 0)).toEqual([]);
  });
});

describe('what is written on the command line reaches no message as it is', () => {
  const strange = '\u001b[31m\n::error::x\u202e';
  it.each([
    ['a file', ['check', `${strange}.yaml`]],
    ['a command', [strange]],
    ['an option', ['check', 'examples/01-web.yaml', `--${strange}`]],
    ['a preset', ['check', 'examples/01-web.yaml', '--cluster', strange]],
    ['a configuration', ['check', 'examples/01-web.yaml', '--config', strange]],
    ['a report', ['merge', strange]],
    ['a folder', ['fuzz', 'examples/01-web.yaml', '--out', `/no/such/${strange}/x`]],
    ['a recording', ['calibrate', strange]],
    ['a number', ['check', 'examples/01-web.yaml', '--runs', strange]],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await runHere(args);
    expect(code).toBe(2);
    expect(`${stdout}${stderr}`).toContain('\\u001b[31m');
    expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(`${stdout}${stderr}`).not.toMatch(/^::/m);
  });

  it('and is quoted in a command to repeat so that a shell reads it back', () => {
    expect(shellWord("a'\u001b\\b\n")).toBe("$'a\\'\\u001b\\\\b\\u000a'");
  });
});
