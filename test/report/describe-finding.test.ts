import { describe, expect, it } from 'vitest';
import type { Finding, FindingFact } from '../../src/cluster/finding.ts';
import { describe as words } from '../../src/report/describe.ts';

const at = (fact: FindingFact): Finding => ({
  ...fact,
  severity: 'warning',
  path: ['manifests', 0],
  object: 'manifests[0] Pod/web',
  field: 'spec.containers[0].lifecycle.preStop.sleep',
});
const long = { hook: 'exec', exact: false, graceSeconds: 30 } as const;

describe('a finding says where, what and what to do', () => {
  it.each<[fact: FindingFact, text: RegExp]>([
    [
      { code: 'apiVersionMissing', served: 'v1' },
      /^manifests\[0\] Pod\/web has no apiVersion; .* Set apiVersion: v1\.$/,
    ],
    [{ code: 'fieldDropped', gate: 'PodLifecycleSleepAction' }, /preStop\.sleep: .* Use exec: /],
    [
      {
        code: 'refusedByApiServer',
        error: 'spec.containers[0].image: Required value',
      },
      /refuses this \(spec\.containers\[0\]\.image: Required value\)/,
    ],
    [{ code: 'unknownField' }, /knows no such field at this place/],
    [{ code: 'serviceWithoutSelector' }, /gets no endpoints/],
    [
      { code: 'serviceSelectsNothing', namespace: 'shop', labels: ['app=web', 'tier=front'] },
      /in namespace shop has the labels app=web, tier=front\./,
    ],
    [{ code: 'protocolNotSimulated', protocol: 'SCTP', port: 9 }, /SCTP is not simulated: port 9 /],
    [
      { code: 'targetPortUnknown', targetPort: 'http', workloads: ['Deployment/a', 'Pod/b'] },
      /no container of Deployment\/a, Pod\/b has a port named http/,
    ],
    [
      { code: 'serviceNameUnknown', serviceName: 'db', pod: 'db-0.db.default.svc' },
      /DNS knows no Pod by name \(db-0\.db\.default\.svc\)\. Add it with clusterIP: None/,
    ],
    [{ code: 'singleReplica' }, /Set replicas to 2 or more\.$/],
    [{ code: 'noPreStop', container: 'nginx' }, /container nginx has no preStop/],
    [{ code: 'noReadinessProbe', container: 'nginx' }, /container nginx has no readinessProbe/],
    [{ code: 'shellIsPidOne', container: 'a', instead: null }, /Start the application with exec, or/],
    [{ code: 'shellIsPidOne', container: 'a', instead: 'exec serve' }, /with exec \(exec serve\), or/],
    [{ code: 'tcpSocketPreStop' }, /Use sleep, exec or httpGet\.$/],
    [{ code: 'hookPortUnknown', container: 'a', port: 'x', named: [] }, /the number of the port\.$/],
    [{ code: 'hookPortUnknown', container: 'a', port: 'x', named: ['y'] }, /one of its names: y\.$/],
    [
      { code: 'hookNeedsBinary', container: 'a', image: 'distroless/static', binaries: ['sh', 'sleep'] },
      /the hook runs sh and sleep, .* apps\.a\.preStop\.missingBinary: true\.$/,
    ],
    [
      { code: 'hookClosesListener', atMs: 0, command: 'nginx -s quit' },
      /as its first thing \(nginx -s quit\)/,
    ],
    [{ code: 'hookClosesListener', atMs: 2500, command: 'quit' }, /2\.5 s after its start/],
    [{ code: 'hookClosesListener', atMs: 'end', command: 'quit' }, /as its first thing/],
    [
      { code: 'preStopExceedsGrace', hookMs: 60_000, ...long },
      /exec sleep takes at least 60 s and cannot fit .* 30: .* to 63 or more/,
    ],
    [
      { code: 'preStopTakesAllGrace', hookMs: 30_000, ...long, exact: true },
      /exec sleep of 30 s takes all of .* to 33 or more/,
    ],
    [{ code: 'hookFails', cause: 'program', program: 'sleep 5' }, /there is no program "sleep 5": the hook/],
    [{ code: 'hookFails', cause: 'script', problem: 'no quote ends' }, /no quote ends: the hook fails/],
    [{ code: 'hookFails', cause: 'sleepOperand', operand: 'x' }, /sleep does not take "x" as a duration/],
    [{ code: 'hookFails', cause: 'sleepOperand', operand: null }, /sleep without a duration fails/],
    [{ code: 'hookSignal', signal: 'USR1', to: 'nginx' }, /sends SIGUSR1 to nginx/],
    [{ code: 'hookSignalsPause', signal: 'TERM' }, /sends SIGTERM to process 1/],
    [{ code: 'sleepDiffers', operands: ['1.5', '2m'] }, /"sleep 1\.5 2m" is read as by GNU/],
  ])('%j', (fact, text) => {
    const told = words(at(fact));
    expect(told).toMatch(text);
    expect(told).not.toMatch(/undefined|\[object|\.\.| {2}/);
  });

  it('keeps foreign text on its line, and short', () => {
    const told = words(at({ code: 'noPreStop', container: `a\u001b[2J${'b'.repeat(5000)}` }));
    expect(told).toContain('\\u001b[2J');
    expect(told.length).toBeLessThan(1000);
  });
});
