import { describe, expect, it } from 'vitest';
import { setDefaultsService } from '../../../src/rules/validation/defaults.ts';
import type { FieldError } from '../../../src/rules/validation/field-error.ts';
import type { ServiceSpecFields } from '../../../src/rules/validation/manifest-fields.ts';
import {
  isExternallyAccessible,
  validateServiceSpec,
} from '../../../src/rules/validation/validate-service.ts';

const brief = (errors: readonly FieldError[]) => errors.map(({ type, field }) => `${type} ${field}`);
const validate = (spec: ServiceSpecFields, minor = 30) =>
  brief(validateServiceSpec(setDefaultsService({ ports: [{ port: 80 }], ...spec }), 's', { minor }));

describe('the spec of a Service', () => {
  it.each<[text: string, spec: ServiceSpecFields, errors: string[]]>([
    ['that is plain is accepted', {}, []],
    ['needs a port', { ports: [] }, ['Required s.ports']],
    ['needs none when headless', { ports: [], clusterIP: 'None' }, []],
    [
      'needs names for several ports',
      { ports: [{ port: 80 }, { port: 81, name: 'b' }] },
      ['Required s.ports[0].name'],
    ],
    [
      'may not have the same port twice',
      {
        ports: [
          { port: 80, name: 'a' },
          { port: 80, name: 'b' },
        ],
      },
      ['Duplicate s.ports[1]'],
    ],
    [
      'may have one port for two protocols',
      {
        ports: [
          { port: 53, name: 'a' },
          { port: 53, name: 'b', protocol: 'UDP' },
        ],
      },
      [],
    ],
    [
      'needs a port that is one',
      { ports: [{ port: 0, targetPort: 70_000 }] },
      ['Invalid s.ports[0].port', 'Invalid s.ports[0].targetPort'],
    ],
    [
      'has no node port inside the cluster',
      { ports: [{ port: 80, nodePort: 30080 }] },
      ['Forbidden s.ports[0].nodePort'],
    ],
    ['has one as NodePort', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }, []],
    [
      'cannot be headless as LoadBalancer',
      { type: 'LoadBalancer', clusterIP: 'None' },
      ['Invalid s.clusterIPs[0]'],
    ],
    [
      'may not expose the kubelet',
      { type: 'LoadBalancer', ports: [{ port: 10250 }] },
      ['Invalid s.ports[0]'],
    ],
    ['needs a name elsewhere as ExternalName', { type: 'ExternalName' }, ['Required s.externalName']],
    [
      'has no external policy inside the cluster',
      { externalTrafficPolicy: 'Local' },
      ['Invalid s.externalTrafficPolicy'],
    ],
    ['has one with external IPs', { externalTrafficPolicy: 'Local', externalIPs: ['192.0.2.1'] }, []],
    [
      'refuses an unknown policy',
      { internalTrafficPolicy: 'Node' },
      ['NotSupported s.internalTrafficPolicy'],
    ],
    [
      'may remember clients for a day',
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_400 } } },
      [],
    ],
    [
      'may not remember them longer',
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } },
      ['Invalid s.sessionAffinityConfig.clientIP.timeoutSeconds'],
    ],
    ['refuses an unknown type', { type: 'Ingress' }, ['NotSupported s.type']],
  ])('%s', (_, spec, errors) => {
    expect(validate(spec)).toEqual(errors);
  });

  it('prefers the same zone or node by name since 1.34', () => {
    expect(validate({ trafficDistribution: 'PreferSameNode' }, 33)).toEqual([
      'NotSupported s.trafficDistribution',
    ]);
    expect(validate({ trafficDistribution: 'PreferSameNode' }, 34)).toEqual([]);
    expect(validate({ trafficDistribution: 'PreferClose' }, 31)).toEqual([]);
  });

  it('is open to the outside by type or by external IPs', () => {
    expect(isExternallyAccessible({ type: 'NodePort' })).toBe(true);
    expect(isExternallyAccessible({ type: 'ClusterIP', externalIPs: ['192.0.2.1'] })).toBe(true);
    expect(isExternallyAccessible({ type: 'ClusterIP' })).toBe(false);
  });
});
