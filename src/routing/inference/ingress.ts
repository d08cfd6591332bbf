import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';
import { type Controller, INGRESS_ANNOTATIONS, INGRESS_CLASSES, INGRESS_CONTROLLERS } from './controllers.ts';
import { type Found, find, notModelled, router, type Surroundings, throughNodes } from './found.ts';
import { agicSettings, awsSettings, backendConfigDrain, withDrain } from './parts-said.ts';
import { at, hasPrefix, jsonIn, listAt, textAt } from './raw.ts';

/** Names of the Services behind an Ingress, as they stand in its namespace. */
function backends({ value }: RawObject): readonly string[] {
  const rules = listAt(value, 'spec', 'rules').flatMap((rule) => listAt(rule, 'http', 'paths'));
  const all = [
    at(value, 'spec', 'defaultBackend'),
    at(value, 'spec', 'backend'),
    ...rules.map((path) => at(path, 'backend')),
  ];
  const names = all.map((backend) => textAt(backend, 'service', 'name') ?? textAt(backend, 'serviceName'));
  return [...new Set(names.filter((name) => name !== undefined))];
}

interface Chosen {
  readonly controller: Controller;
  readonly because: string;
}

/** Who answers for an Ingress: its class, by the class's controller or by its name; else annotations; else the default class. */
function controllerOf(ingress: RawObject, around: Surroundings): Chosen | null {
  const { annotations } = ingress;
  const named =
    textAt(ingress.value, 'spec', 'ingressClassName') ?? annotations['kubernetes.io/ingress.class'];
  const byAnnotation = INGRESS_ANNOTATIONS.find(([prefix]) => hasPrefix(annotations, prefix));
  if (named !== undefined) {
    const said = textAt(find(around, 'IngressClass', null, named)?.value, 'spec', 'controller');
    const controller = said === undefined ? undefined : INGRESS_CONTROLLERS[said];
    if (controller !== undefined) return { controller, because: `class ${named}, controller ${said}` };
    if (said !== undefined) return { controller: { notModelled: said }, because: `class ${named}` };
    // Two controllers go by one name of a class; their annotations tell them apart.
    const known = INGRESS_CLASSES[named];
    const shared = known === 'ingressNginx' || known === 'haproxytech' || known === undefined;
    if (shared && byAnnotation !== undefined && byAnnotation[1] !== known) {
      return { controller: byAnnotation[1], because: `class ${named}, annotations ${byAnnotation[0]}` };
    }
    return known === undefined ? null : { controller: known, because: `class ${named}` };
  }
  if (byAnnotation !== undefined)
    return { controller: byAnnotation[1], because: `annotations ${byAnnotation[0]}` };
  return defaultClass(around);
}

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
const OF_PLATFORM: Readonly<Partial<Record<NonNullable<Surroundings['platform']>, Controller>>> = {
  gke: 'gce',
  k3s: 'traefik',
  metal: 'ingressNginx',
  openshift: 'openshiftRouter',
};

function defaultClass({ objects, platform }: Surroundings): Chosen | null {
  const marked = objects.find(
    ({ kind, annotations }) => kind === 'IngressClass' && annotations[DEFAULT_CLASS] === 'true',
  );
  const said = textAt(marked?.value, 'spec', 'controller');
  if (said !== undefined) {
    const controller = INGRESS_CONTROLLERS[said] ?? { notModelled: said };
    return { controller, because: `default class, controller ${said}` };
  }
  const controller = platform === null ? undefined : OF_PLATFORM[platform];
  return controller === undefined ? null : { controller, because: `no class, on ${platform}` };
}

/** What an Ingress says about who sends to its Services. */
export function fromIngress(ingress: RawObject, around: Surroundings): readonly Found[] {
  const names = backends(ingress);
  const services = names.map((name) => qualifiedName(ingress.namespace, name));
  const chosen = controllerOf(ingress, around);
  if (chosen === null) {
    const named =
      textAt(ingress.value, 'spec', 'ingressClassName') ?? ingress.annotations['kubernetes.io/ingress.class'];
    return [
      notModelled(
        ingress,
        named === undefined ? 'an Ingress without a class' : `the class ${named}`,
        services,
      ),
    ];
  }
  const { controller, because } = chosen;
  if (typeof controller === 'object') return [notModelled(ingress, controller.notModelled, services)];
  switch (controller) {
    case 'awsAlb':
      return names.flatMap((name) => fromAlb(ingress, name, because, around));
    case 'gce':
      return names.map((name) => fromGce(ingress, name, because, around));
    case 'azureAgic':
      return [router(ingress, controller, services, because, agicSettings(ingress.annotations))];
    case 'awsNlb':
      return [router(ingress, 'awsNlbIp', services, because)];
    case 'ingressNginx':
      if (ingress.annotations['nginx.ingress.kubernetes.io/service-upstream'] === 'true') {
        return [
          throughNodes(
            ingress,
            services,
            `${because}, service-upstream: ingress-nginx sends to the ClusterIP`,
          ),
        ];
      }
      return [router(ingress, controller, services, because)];
    default:
      return [router(ingress, controller, services, because)];
  }
}

const ALB = 'alb.ingress.kubernetes.io/';

/** Unless a flag of the controller (default-target-type) says ip: then the manifests do not say what is there. */
const INSTANCES_WITHOUT_NODE_PORTS =
  'an ALB with instance targets before a ClusterIP Service (refused by the AWS controller: say target-type ip, or type NodePort)';

/** What the parameters of its class say goes before every annotation. */
function targetTypeOfClass(ingress: RawObject, around: Surroundings): string | undefined {
  const named = textAt(ingress.value, 'spec', 'ingressClassName');
  if (named === undefined) return undefined;
  const parameters = textAt(find(around, 'IngressClass', null, named)?.value, 'spec', 'parameters', 'name');
  if (parameters === undefined) return undefined;
  return textAt(find(around, 'IngressClassParams', null, parameters)?.value, 'spec', 'targetType');
}

function fromAlb(ingress: RawObject, name: string, because: string, around: Surroundings): readonly Found[] {
  const service = find(around, 'Service', ingress.namespace, name);
  // A Service's annotation comes before its Ingress's.
  const annotations = { ...ingress.annotations, ...service?.annotations };
  const type = targetTypeOfClass(ingress, around) ?? annotations[`${ALB}target-type`] ?? 'instance';
  const services = [qualifiedName(ingress.namespace, name)];
  const why = `${because}, target-type ${type}`;
  if (type === 'ip') {
    return [router(ingress, 'awsAlbIp', services, why, awsSettings('awsAlbIp', annotations, ALB))];
  }
  if (service !== undefined && (textAt(service.value, 'spec', 'type') ?? 'ClusterIP') === 'ClusterIP')
    return [notModelled(ingress, INSTANCES_WITHOUT_NODE_PORTS, services)];
  if (textAt(service?.value, 'spec', 'externalTrafficPolicy') !== 'Local') {
    return [throughNodes(ingress, services, `${why}: the ALB sends to node ports, and the nodes decide`)];
  }
  return [router(ingress, 'awsAlbInstance', services, why, awsSettings('awsAlbInstance', annotations, ALB))];
}

function fromGce(ingress: RawObject, name: string, because: string, around: Surroundings): Found {
  const service = find(around, 'Service', ingress.namespace, name);
  const services = [qualifiedName(ingress.namespace, name)];
  const neg = at(jsonIn(service?.annotations['cloud.google.com/neg']), 'ingress');
  if (neg === false) {
    return throughNodes(
      ingress,
      services,
      `${because}, neg ingress false: instance groups, and the nodes decide`,
    );
  }
  const drain = withDrain('gcpNeg', backendConfigDrain(service, around));
  const why =
    neg === true ? `${because}, neg ingress true` : `${because}: NEG, the default of VPC-native clusters`;
  return router(ingress, 'gcpNeg', services, why, drain);
}
