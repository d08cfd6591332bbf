import type { DelaySite } from '../cluster/delay-sites.ts';
import type { scenarioSchema } from '../scenario/schema.ts';
import type * as z from '../schema/zod.ts';

/** Every object that a scenario's input is made of, by the name of its interface: a field without a text does not compile. */

type Scenario = z.input<typeof scenarioSchema>;
type Cluster = NonNullable<Scenario['cluster']>;
type Plane = Exclude<NonNullable<Cluster['dataPlane']>, string>;
type App = NonNullable<Scenario['apps']>[string];
type Router = NonNullable<Scenario['routers']>[number];
type Part = NonNullable<Router['parts']>[number];
type Client = NonNullable<Scenario['clients']>[number];
type Action = NonNullable<Scenario['actions']>[number];
type Having<T, K extends string> = Extract<T, Readonly<Record<K, unknown>>>;
type Done<Type extends Action['type']> = Extract<Action, { type: Type }>;

/** The settings of each part of a router; those of `lag` are a delay. */
export type PartNodes = {
  [Name in Exclude<keyof Part, 'lag'> as `${Capitalize<Name>}Input`]: NonNullable<Part[Name]>;
};

export interface Nodes extends PartNodes {
  ScenarioInput: Scenario;
  LimitsInput: NonNullable<Scenario['limits']>;
  MeasuredInput: NonNullable<NonNullable<Scenario['delays']>['measured']>;
  MeasuredSiteInput: NonNullable<NonNullable<Scenario['delays']>['measured']>['sites'][string];
  ClusterInput: Cluster;
  NodeInput: Exclude<NonNullable<Cluster['nodes']>, number>[number];
  TaintInput: Done<'taintNode'>['taint'];
  KubeProxyInput: NonNullable<Cluster['kubeProxy']>;
  DataPlaneInput: Plane;
  CiliumInput: NonNullable<Plane['cilium']>;
  CalicoEbpfInput: NonNullable<Plane['calicoEbpf']>;
  KubeRouterInput: NonNullable<Plane['kubeRouter']>;
  ControllerManagerInput: NonNullable<Cluster['controllerManager']>;
  NetworkInput: NonNullable<Cluster['network']>;
  KubeletInput: NonNullable<Cluster['kubelet']>;
  ChurnInput: NonNullable<Cluster['churn']>;
  AppInput: App;
  PreStopInput: NonNullable<App['preStop']>;
  ReadinessInput: NonNullable<App['readiness']>[number];
  RouterInput: Router;
  ProxyInput: NonNullable<Router['proxy']>;
  ReadinessGatesInput: NonNullable<Router['readinessGates']>;
  PartInput: Part;
  ClientInput: Client;
  ClientPodInput: Having<Client['from'], 'pod'>;
  ClientNodeInput: Having<Client['from'], 'node'>;
  NodePortInput: Having<Client['through'], 'nodePort'>;
  ThroughRouterInput: Having<Client['through'], 'router'>;
  RateInput: Having<Client['load'], 'ratePerSecond'>;
  WorkersInput: Having<Client['load'], 'concurrency'>;
  KeptConnectionInput: Having<Client['connection'], 'keepAlive'>;
  KeepAliveInput: Having<Client['connection'], 'keepAlive'>['keepAlive'];
  StreamConnectionInput: Having<Client['connection'], 'stream'>;
  StreamInput: Having<Client['connection'], 'stream'>['stream'];
  RequestInput: NonNullable<Client['request']>;
  RetryInput: Having<Client['retry'], 'attempts'>;
  CurveStepInput: Done<'metric'>['curve'][number];
  PriorityPeriodInput: NonNullable<Done<'nodeShutdown'>['shutdownGracePeriodByPodPriority']>[number];
}

/** What a field means, in a sentence or two; with `examples` where its type alone does not show how it is written. */
export type Text = string | { readonly text: string; readonly examples: readonly unknown[] };

/** The texts of one object: of itself (`''`), and of each field. */
export type TextsOf<Input> = { readonly [Field in keyof Required<Input>]: Text } & { readonly '': Text };

export type NodeTexts<Names extends keyof Nodes> = { readonly [Name in Names]: TextsOf<Nodes[Name]> };

/** Of a type that holds delays by site, the rest. */
export type BesideSites<Input> = Omit<Input, DelaySite>;

export type ActionTexts = { readonly [Type in Action['type']]: TextsOf<Done<Type>> };
