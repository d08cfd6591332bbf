#!/usr/bin/env node
// A kubectl for tests: a Deployment of two Pods in a folder of files, which several processes share. STAND_IN names the folder;
// trouble.json in it says what goes wrong.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const folder = process.env.STAND_IN;
const file = (name) => join(folder, name);
const read = (name, otherwise) =>
  existsSync(file(name)) ? JSON.parse(readFileSync(file(name), 'utf8')) : otherwise;
/** Whole at once: another process may be reading it. */
const write = (name, text) => {
  writeFileSync(file(`${name}.${process.pid}`), text);
  renameSync(file(`${name}.${process.pid}`), file(name));
};
const trouble = read('trouble.json', {});
const args = process.argv.slice(2).filter((word, index, all) => {
  const named = ['--namespace', '--context'];
  return !named.includes(word) && !named.includes(all[index - 1]);
});
appendFileSync(file('calls.log'), `${args.join(' ')}\n`);
if (trouble.warning) process.stderr.write('Warning: v1 ComponentStatus is deprecated in v1.19+\n');

const labels = { app: 'web' };
const pod = (name, more = {}) => ({
  metadata: { name, resourceVersion: '1', labels, ...more.metadata },
  spec: { nodeName: 'n1' },
  status: {
    phase: 'Running',
    podIP: `10.0.0.${name.slice(-1)}`,
    conditions: [{ type: 'Ready', status: 'True' }],
    ...more.status,
  },
});
const slice = (names, going) => ({
  metadata: { name: 'web-1', resourceVersion: '1', generation: 1 },
  endpoints: names.map((name) => ({
    addresses: [`10.0.0.${name.slice(-1)}`],
    targetRef: { name },
    conditions: { ready: name !== going, serving: true, terminating: name === going },
  })),
});
const print = (value) => process.stdout.write(`${JSON.stringify(value, null, 4)}\n`);
const event = (type, object) => print({ type, object });
const forbidden = (what) => {
  process.stderr.write(
    `Error from server (Forbidden): ${what} is forbidden: User "ci" cannot watch resource\n`,
  );
  process.exit(1);
};

const pods = () => read('pods.json', ['web-0', 'web-1']);
const kind = args[1];

if (args[0] === 'delete') {
  const name = args[2];
  process.stderr.write(
    `I1128 04:00:00.000000 1 round_trippers.go:553] DELETE https://x/api/v1/namespaces/default/pods/${name} 200 OK in 7 milliseconds\n`,
  );
  write(`deleted-${read('count.json', 0)}.json`, JSON.stringify({ name, at: Date.now() }));
  write('count.json', String(read('count.json', 0) + 1));
} else if (args.includes('--watch')) {
  if (trouble.forbidden === kind) forbidden(kind);
  watch();
} else if (args[1] === '--raw') {
  process.stderr.write(
    `I1128 04:00:00.000000 1 round_trippers.go:553] GET https://x/version 200 OK in ${trouble.rtt ?? 2} milliseconds\n`,
  );
  print({});
} else if (args[0] === 'version') print({ serverVersion: { gitVersion: 'v1.31.4' } });
else if (trouble.hang) setInterval(() => {}, 1000);
else if (kind === 'deployment') {
  print({
    spec: {
      replicas: trouble.replicas ?? 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: 'app',
              ports: [{}],
              lifecycle: { preStop: { sleep: { seconds: 1 } } },
              readinessProbe: { periodSeconds: 2 },
            },
          ],
        },
      },
    },
  });
} else if (kind === 'services') print({ items: [{ metadata: { name: 'web' }, spec: { selector: labels } }] });
else if (kind === 'poddisruptionbudgets') {
  const selector = { matchLabels: labels };
  print({
    items:
      trouble.budget === undefined
        ? []
        : [{ metadata: { name: 'web' }, spec: { selector }, status: { disruptionsAllowed: trouble.budget } }],
  });
} else if (kind === 'pods') print({ items: pods().map((name) => pod(name)) });
else process.exit(1);

// Each watch follows the deletions by itself: what it prints goes by the time since the DELETE.
function watch() {
  let current = pods();
  let handled = 0;
  if (kind === 'pods') for (const name of current) event('ADDED', pod(name));
  if (kind === 'endpointslices') event('ADDED', slice(current));
  if (trouble.bookmark) event('BOOKMARK', { metadata: { resourceVersion: '9' } });
  if (trouble.gone && kind === 'pods' && !existsSync(file('was-gone'))) {
    writeFileSync(file('was-gone'), '');
    event('ERROR', { kind: 'Status', code: 410, message: 'too old resource version: 1 (9)' });
  }
  if (trouble.nonsense === kind) process.stdout.write('{ nonsense }\n');
  const every = setInterval(() => {
    const deleted = read(`deleted-${handled}.json`, null);
    if (deleted === null) return;
    const number = handled++;
    if (trouble.breaks === kind && !existsSync(file('broke'))) {
      writeFileSync(file('broke'), '');
      process.stderr.write('error: unexpected EOF\n');
      process.exit(1);
    }
    const { name, at } = deleted;
    const fresh = `web-${handled + 1}`;
    const gone = { metadata: { deletionTimestamp: '2026-11-23T16:07:25Z', deletionGracePeriodSeconds: 5 } };
    const next = [...current.filter((each) => each !== name), fresh];
    const later = (ms, what) => setTimeout(what, Math.max(0, at + ms - Date.now()));
    if (kind === 'pods') {
      later(5, () => event('MODIFIED', pod(name, gone)));
      later(15, () =>
        event('ADDED', {
          ...pod(fresh, { status: { phase: 'Pending', podIP: undefined, conditions: [] } }),
          spec: {},
        }),
      );
      later(25, () =>
        event('MODIFIED', pod(fresh, { status: { phase: 'Pending', podIP: undefined, conditions: [] } })),
      );
      later(60, () =>
        event('MODIFIED', pod(fresh, { status: { conditions: [{ type: 'Ready', status: 'False' }] } })),
      );
      later(70, () => event('MODIFIED', pod(fresh)));
      later(90, () => event('MODIFIED', pod(name, { ...gone, status: { phase: 'Succeeded' } })));
      // Last of all, however slowly the other watches run.
      later(120, async () => {
        while (!['endpointslices', 'events'].every((each) => existsSync(file(`${each}-${number}`))))
          await pause(3);
        event('DELETED', pod(name, { ...gone, status: { phase: 'Succeeded' } }));
        write('pods.json', JSON.stringify(next));
      });
    }
    if (kind === 'endpointslices') {
      later(12, () => event('MODIFIED', slice(current, name)));
      later(95, () => {
        current = next;
        event('MODIFIED', slice(next));
        writeFileSync(file(`endpointslices-${number}`), '');
      });
    } else later(130, () => (current = next));
    if (kind === 'events')
      later(20, () => {
        event('ADDED', {
          metadata: { name: `${name}.${(BigInt(at + 8) * 1000000n).toString(16)}` },
          reason: 'Killing',
          involvedObject: { kind: 'Pod', name },
          count: 1,
        });
        writeFileSync(file(`events-${number}`), '');
      });
  }, 3);
  process.on('SIGTERM', () => {
    clearInterval(every);
    process.exit(0);
  });
}
