import { expect, it } from 'vitest';
import { basisSection } from '../../src/cli/basis.ts';
import { defineScenario } from '../../src/index.ts';
import { deployment, service } from '../run/manifests.ts';

const inShop = <T extends { readonly metadata: object }>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, namespace: 'shop' },
});

it('names what is not simulated as it is called, and nothing that was understood as a router', () => {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const ingress = inShop({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
    spec: {
      ingressClassName: 'alb',
      rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  });
  const quota = inShop({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small' } });
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'job' }] } };
  const nightly = inShop({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly' },
    spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template } } },
  });
  const manifests = [...[deployment({}), service()].map(inShop), ingress, quota, nightly];
  const scenario = defineScenario({ manifests });
  const section = basisSection({ scenario, files: [], notes: [] } as never)
    .join(' ')
    .replace(/\s+/g, ' ');
  expect(section).toContain(
    'Not simulated: ResourceQuota/shop/small, CronJob/shop/nightly (apps describes no work of it).',
  );
});
