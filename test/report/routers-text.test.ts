import { describe, expect, it } from 'vitest';
import { defineScenario } from '../../src/index.ts';
import { routersSection } from '../../src/report/routers-text.ts';
import { deployment, service } from '../run/manifests.ts';

const ingress = (name: string, className: string, annotations: object = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, annotations },
  spec: {
    ingressClassName: className,
    rules: [
      {
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
});
const IP = { 'alb.ingress.kubernetes.io/target-type': 'ip' };
const sectionOf = (...more: readonly object[]): string =>
  routersSection(defineScenario({ manifests: [deployment(), service(), ...more] })).join('\n');

describe('who routes beside the nodes', () => {
  it('is named with its preset, with what names it, and with the number to measure', () => {
    expect(sectionOf(ingress('web', 'alb', IP), ingress('admin', 'ours'))).toMatchInlineSnapshot(`
      "aws-alb rests on users' reports: measure from DeregisterTargets until the last new connection, and
      say so (routers).
      Routers beside the nodes: aws-alb (preset awsAlbIp: Ingress/web, class alb, target-type ip).
      Not judged: Ingress/admin names the class ours, which is not modelled."
    `);
  });

  it('says who sends through the nodes, so that nobody is taken to be overlooked', () => {
    const scenario = defineScenario({
      manifests: [deployment(), service({ type: 'NodePort' }), ingress('web', 'alb')],
    });
    expect(routersSection(scenario).join('\n')).toMatchInlineSnapshot(`
      "Through the nodes: Ingress/web (class alb, target-type instance: the ALB sends to node ports, and
      the nodes decide)."
    `);
    const codes = scenario.assumptions.map(({ code }) => code);
    expect(codes).toContain('throughNodes');
    expect(codes).not.toContain('noRouters');
  });

  it('of many each still stands by its preset in the first ten lines of check', () => {
    const classes = [
      'nginx',
      'traefik',
      'haproxy',
      'contour',
      'kong',
      'azure/application-gateway',
      'openshift-default',
      'istio',
    ];
    const text = sectionOf(
      ingress('alb', 'alb', IP),
      ...classes.map((each, index) => ingress(`web-${index}`, each)),
    );
    const presets = [
      'awsAlbIp',
      'ingressNginx',
      'traefik',
      'haproxytech',
      'contour',
      'kong',
      'azureAgic',
      'openshiftRouter',
      'istio',
    ];
    for (const preset of presets) expect(text).toContain(`(preset ${preset})`);
    expect(text.split('\n').length).toBeLessThan(9);
  });
});
