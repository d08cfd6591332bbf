import { qualifiedName } from '../../cluster/qualified-name.ts';
import type { RawObject } from '../../cluster/raw-object.ts';
import { type Controller, INGRESS_ANNOTATIONS, INGRESS_CLASSES, ingressController } from './controllers.ts';
import {
  type Found,
  find,
  findWhere,
  notModelled,
  router,
  type Surroundings,
  throughNodes,
  unnamed,
} from './found.ts';
import { agicSettings, awsSettings, backendConfigDrain, withDrain } from './parts-said.ts';
import { at, hasPrefix, jsonIn, labelOf, listAt, textAt } from './raw.ts';

/** A Service behind an Ingress, as it stands in its namespace, and by which of its ports. */
interface Backend {
  readonly name: string;
  readonly port: string | null;
}

const ALB = 'alb.ingress.kubernetes.io/';

function backends(ingress: RawObject): readonly Backend[] {
  const { value } = ingress;
  const rules = listAt(value, 'spec', 'rules').flatMap((rule) => listAt(rule, 'http', 'paths'));
  const all = [
    at(value, 'spec', 'defaultBackend'),
    at(value, 'spec', 'backend'),
    ...rules.map((path) => at(path, 'backend')),
  ];
  const named = all.flatMap((backend) => {
    const name = textAt(backend, 'service', 'name') ?? textAt(backend, 'serviceName');
    if (name === undefined) return [];
    const port =
      textAt(backend, 'service', 'port', 'name') ??
      at(backend, 'service', 'port', 'number') ??
      at(backend, 'servicePort');
    return port === 'use-annotation'
      ? actionBackends(ingress, name)
      : [{ name, port: port === undefined ? null : String(port) }];
  });
  return named.filter(({ name }, index) => named.findIndex((each) => each.name === name) === index);
}

/**
 * Where a backend's port is `use-annotation`, its name is that of an action: `alb.ingress.kubernetes.io/actions.<name>`, whose target
 * groups name the Services.
 */
function actionBackends({ annotations }: RawObject, action: string): readonly Backend[] {
  const said = jsonIn(annotations[`${ALB}actions.${action}`]);
  return listAt(said, 'forwardConfig', 'targetGroups').flatMap((group) => {
    const name = textAt(group, 'serviceName');
    const port = at(group, 'servicePort');
    return name === undefined ? [] : [{ name, port: port === undefined ? null : String(port) }];
  });
}

interface Chosen {
  readonly controller: Controller;
  readonly because: string;
}

/** Its class: the old annotation, which controllers take before the field. */
function classOf({ annotations, value }: RawObject): string | undefined {
  return annotations['kubernetes.io/ingress.class'] ?? textAt(value, 'spec', 'ingressClassName');
}

/** Who answers for an Ingress: its class, by the class's controller or by its name; else annotations; else the default class. */
function controllerOf(ingress: RawObject, around: Surroundings): Chosen | null {
  const { annotations } = ingress;
  const named = classOf(ingress);
  const byAnnotation = INGRESS_ANNOTATIONS.find(([prefix]) => hasPrefix(annotations, prefix));
  if (named !== undefined) {
    const said = textAt(find(around, 'IngressClass', null, named)?.value, 'spec', 'controller');
    const controller = said === undefined ? undefined : ingressController(said);
    if (controller !== undefined) return { controller, because: `class ${named}, controller ${said}` };
    if (said !== undefined) return { controller: { notModelled: said }, because: `class ${named}` };
    const known = INGRESS_CLASSES[named];
    const [prefix, other] = byAnnotation ?? [];
    if (other !== undefined && (known === undefined || isNamesake(known, other))) {
      return { controller: other, because: `class ${named}, annotations ${prefix}` };
    }
    return known === undefined ? null : { controller: known, because: `class ${named}` };
  }
  if (byAnnotation !== undefined)
    return { controller: byAnnotation[1], because: `annotations ${byAnnotation[0]}` };
  return defaultClass(around);
}

/** Two controllers go by one name of a class; their annotations tell them apart. */
function isNamesake(known: Controller, other: Controller): boolean {
  return (
    (known === 'ingressNginx' && other === 'nginxInc') ||
    (known === 'haproxytech' && other === 'haproxyIngress')
  );
}

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
const OF_PLATFORM: Readonly<Partial<Record<NonNullable<Surroundings['platform']>, Controller>>> = {
  gke: 'gce',
  k3s: 'traefik',
  metal: 'ingressNginx',
  openshift: 'openshiftRouter',
};

function defaultClass(around: Surroundings): Chosen | null {
  const { platform } = around;
  const marked = findWhere(
    around,
    ({ kind, annotations }) => kind === 'IngressClass' && annotations[DEFAULT_CLASS] === 'true',
  );
  const said = textAt(marked?.value, 'spec', 'controller');
  if (said !== undefined) {
    const controller = ingressController(said) ?? { notModelled: said };
    return { controller, because: `default class, controller ${said}` };
  }
  const controller = platform === null ? undefined : OF_PLATFORM[platform];
  return controller === undefined ? null : { controller, because: `no class, on ${platform}` };
}

/** What an Ingress says about who sends to its Services. */
export function fromIngress(ingress: RawObject, around: Surroundings): readonly Found[] {
  const all = backends(ingress);
  const aliases = all.flatMap(({ name }) => aliasOf(ingress, name, around));
  const own = all.filter(({ name }) => !aliases.some((alias) => alias.name === name));
  const services = own.map(({ name }) => qualifiedName(ingress.namespace, name));
  const chosen = controllerOf(ingress, around);
  if (chosen === null) {
    const named = classOf(ingress);
    const what = named === undefined ? 'an Ingress without a class' : `the class ${named}`;
    return [unnamed(ingress, what, services)];
  }
  const toNames = aliases.map(({ label, target }) =>
    throughNodes(ingress, [target], `${label} is an ExternalName: to the address of the Service`, [label]),
  );
  return [...toNames, ...sentBy(chosen, ingress, own, services, around)];
}

const CLUSTER_NAME = /^([^.]+)\.([^.]+)\.svc(?:\.|$)/;

/** A Service of type ExternalName, and the Service of the cluster that it stands for. */
interface Alias {
  readonly name: string;
  readonly label: string;
  readonly target: string;
}

function aliasOf({ namespace }: RawObject, name: string, around: Surroundings): readonly Alias[] {
  const service = find(around, 'Service', namespace, name);
  if (service === undefined || textAt(service.value, 'spec', 'type') !== 'ExternalName') return [];
  const [, target, there] = CLUSTER_NAME.exec(textAt(service.value, 'spec', 'externalName') ?? '') ?? [];
  if (target === undefined || there === undefined) return [];
  return [{ name, label: labelOf(service), target: qualifiedName(there, target) }];
}

function sentBy(
  chosen: Chosen,
  ingress: RawObject,
  own: readonly Backend[],
  services: readonly string[],
  around: Surroundings,
): readonly Found[] {
  const { controller, because } = chosen;
  if (typeof controller === 'object') return [notModelled(ingress, controller.notModelled, services)];
  switch (controller) {
    case 'awsAlb':
      return own.flatMap(({ name }) => fromAlb(ingress, name, because, around));
    case 'gce':
      return own.map((backend) => fromGce(ingress, backend, because, around));
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

/** Unless a flag of the controller (default-target-type) says ip: then the manifests do not say what is there. */
const INSTANCES_WITHOUT_NODE_PORTS =
  'an ALB with instance targets before a ClusterIP Service (refused by the AWS controller: say target-type ip, or type NodePort)';

/** What the parameters of its class say goes before every annotation. */
function targetTypeOfClass(ingress: RawObject, around: Surroundings): string | undefined {
  const named = classOf(ingress);
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

function fromGce(ingress: RawObject, { name, port }: Backend, because: string, around: Surroundings): Found {
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
  const drain = withDrain('gcpNeg', backendConfigDrain(service, port, around));
  const why =
    neg === true ? `${because}, neg ingress true` : `${because}: NEG, the default of VPC-native clusters`;
  return router(ingress, 'gcpNeg', services, why, drain);
}
