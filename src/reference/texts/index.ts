import type { Nodes, NodeTexts, Text } from '../nodes.ts';
import { ACTION_PART_TEXTS } from './actions.ts';
import { APP_TEXTS, CLIENT_TEXTS } from './apps-and-clients.ts';
import { CLUSTER_TEXTS, SCENARIO_TEXTS } from './cluster.ts';
import { ROUTER_TEXTS } from './routers.ts';
import { SITE_TEXTS } from './sites.ts';

export { ACTION_TEXTS } from './actions.ts';

export type FieldTexts = Readonly<Record<string, Text>>;

const NODE_TEXTS: NodeTexts<keyof Nodes> = {
  ...SCENARIO_TEXTS,
  ...CLUSTER_TEXTS,
  ...APP_TEXTS,
  ...CLIENT_TEXTS,
  ...ROUTER_TEXTS,
  ...ACTION_PART_TEXTS,
};

/** The texts of every object of a scenario's input, by the name of its interface. */
export const TEXTS: Readonly<Record<string, FieldTexts>> = {
  ...NODE_TEXTS,
  SiteDelaysInput: { '': 'How long things take that no rule fixes, by delay site.', ...SITE_TEXTS },
  DelayRowInput: { '': 'Delays that were seen together: a run draws a whole row.', ...SITE_TEXTS },
  DelaysInput: {
    '': 'How long things take that no rule fixes, by delay site; what is left out keeps its measured default.',
    ...SITE_TEXTS,
    rows: 'Delays that were seen together: a run draws a whole row. A site that stands beside them keeps what it says there.',
    measured: 'Where the delays were measured. `prestop calibrate` writes it.',
  },
};
