import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';
import type { RouterPresetName } from '../presets/index.ts';
import { type Found, notModelled, router, type Surroundings, throughNodes } from './found.ts';
import { awsSettings, azureSettings, backendConfigDrain, withDrain } from './parts-said.ts';
import { at, hasPrefix, jsonIn, textAt } from './raw.ts';

const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
const AZURE = 'service.beta.kubernetes.io/azure-load-balancer';

interface Balancer {
  /** Who sends to Pods themselves; null: it sends to nodes. */
  readonly toPods: RouterPresetName | null;
  /** Who asks the health-check node port where the external policy is Local. */
  readonly toNodes: RouterPresetName | null;
  readonly because: string;
}

function aws({ annotations, value }: RawObject): Balancer | null {
  const type = annotations[`${AWS}type`];
  const className = textAt(value, 'spec', 'loadBalancerClass');
  const ours = className === 'service.k8s.aws/nlb' || className === 'eks.amazonaws.com/nlb';
  if (!ours && !hasPrefix(annotations, AWS)) return null;
  const target = annotations[`${AWS}nlb-target-type`];
  if (type === 'nlb-ip') return { toPods: 'awsNlbIp', toNodes: null, because: 'type nlb-ip' };
  if (ours || type === 'external') {
    const said = ours ? `class ${className}` : 'type external';
    const because = `${said}, nlb-target-type ${target ?? 'instance'}`;
    return target === 'ip'
      ? { toPods: 'awsNlbIp', toNodes: null, because }
      : { toPods: null, toNodes: 'awsNlbInstance', because };
  }
  return type === 'nlb'
    ? { toPods: null, toNodes: 'awsNlbInstance', because: 'type nlb' }
    : { toPods: null, toNodes: 'awsClb', because: 'annotations of AWS without a type' };
}

function balancerOf(service: RawObject, { platform }: Surroundings): Balancer | null {
  const { annotations, value } = service;
  const onAws = aws(service);
  if (onAws !== null) return onAws;
  const className = textAt(value, 'spec', 'loadBalancerClass') ?? '';
  if (hasPrefix(annotations, AZURE))
    return { toPods: null, toNodes: 'azureLoadBalancer', because: 'annotations of Azure' };
  if (
    hasPrefix(annotations, 'networking.gke.io/') ||
    annotations['cloud.google.com/load-balancer-type'] !== undefined ||
    annotations['cloud.google.com/l4-rbs'] !== undefined ||
    className.startsWith('networking.gke.io/')
  ) {
    return {
      toPods: null,
      toNodes: 'gceL4',
      because: className === '' ? 'annotations of GKE' : `class ${className}`,
    };
  }
  if (
    hasPrefix(annotations, 'metallb.universe.tf/') ||
    hasPrefix(annotations, 'metallb.io/') ||
    className.startsWith('metallb')
  ) {
    return { toPods: null, toNodes: 'metallb', because: 'annotations of MetalLB' };
  }
  if (className !== '') return null;
  if (platform === null || OF_PLATFORM[platform] === undefined) {
    // Whoever it is: what a Local policy is for is that node's health check, which every cloud's load balancer asks.
    return { toPods: null, toNodes: 'loadBalancerLocal', because: 'type LoadBalancer' };
  }
  return { toPods: null, toNodes: OF_PLATFORM[platform], because: `type LoadBalancer on ${platform}` };
}

const OF_PLATFORM: Readonly<Partial<Record<NonNullable<Surroundings['platform']>, RouterPresetName>>> = {
  gke: 'gceL4',
  eks: 'awsClb',
  aks: 'azureLoadBalancer',
  metal: 'metallb',
  k3s: 'klipper',
  kind: 'loadBalancerLocal',
};

/** What a Service says about who sends to its Pods beside the data plane of the nodes. */
export function fromService(service: RawObject, around: Surroundings): readonly Found[] {
  const found: Found[] = [];
  const services = [qualifiedName(service.namespace, service.name)];
  const type = textAt(service.value, 'spec', 'type');
  if (type === 'LoadBalancer') found.push(fromLoadBalancer(service, services, around));
  const neg = at(jsonIn(service.annotations['cloud.google.com/neg']), 'exposed_ports');
  if (typeof neg === 'object' && neg !== null) {
    const [port = null] = Object.keys(neg);
    const drain = withDrain('gcpNeg', backendConfigDrain(service, port, around));
    found.push(router(service, 'gcpNeg', services, 'neg exposed_ports: a NEG of its own', drain));
  }
  const hasSelector = at(service.value, 'spec', 'selector') !== undefined;
  const isHeadless = textAt(service.value, 'spec', 'clusterIP') === 'None';
  if (isHeadless && hasSelector && !isForPeers(service, around)) {
    found.push(router(service, 'dnsHeadless', services, 'clusterIP None: clients ask DNS'));
  }
  return found;
}

/** A StatefulSet's own Service is what its Pods find each other by: that others use it has to be said. */
function isForPeers({ namespace, name }: RawObject, { objects }: Surroundings): boolean {
  return objects.some(
    (each) =>
      each.kind === 'StatefulSet' &&
      each.namespace === namespace &&
      textAt(each.value, 'spec', 'serviceName') === name,
  );
}

function fromLoadBalancer(service: RawObject, services: readonly string[], around: Surroundings): Found {
  const local = textAt(service.value, 'spec', 'externalTrafficPolicy') === 'Local';
  const balancer = balancerOf(service, around);
  if (balancer === null) {
    return local
      ? notModelled(
          service,
          `the load balancer class ${textAt(service.value, 'spec', 'loadBalancerClass')}`,
          services,
        )
      : throughNodes(service, services, 'type LoadBalancer, externalTrafficPolicy Cluster: the nodes decide');
  }
  const { toPods, toNodes, because } = balancer;
  if (toPods !== null) {
    return router(service, toPods, services, because, awsSettings(toPods, service.annotations, AWS));
  }
  if (!local || toNodes === null) {
    return throughNodes(service, services, `${because}, externalTrafficPolicy Cluster: the nodes decide`);
  }
  const settings =
    toNodes === 'azureLoadBalancer' ? azureSettings(service) : awsSettings(toNodes, service.annotations, AWS);
  return router(service, toNodes, services, `${because}, externalTrafficPolicy Local`, settings);
}
