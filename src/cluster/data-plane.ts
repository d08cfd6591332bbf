/** Whom whoever routes sends new connections to: the six rules in use. */
export type RouterPick =
  | 'readyElseServingTerminating'
  | 'readyOrServing'
  | 'readyOnly'
  | 'servingFenced'
  | 'drainingPanic'
  | 'notTerminating';

/** The data plane of the nodes, in numbers: `plane` names it in the registry of planes, which alone knows what its config holds. */
export interface DataPlaneInfo {
  readonly plane: string;
  /** What it is called in sentences. */
  readonly title: string;
  /** What its agent on a node is called: `kube-proxy`, `cilium` … */
  readonly agent: string;
  /** Whom it sends new connections to. */
  readonly pick: RouterPick;
  readonly idiom: PlaneIdiom;
  readonly config: unknown;
}

/** How what a data plane holds is written where one reads it on the node. */
export interface PlaneIdiom {
  /** What shows it: `iptables-save`. */
  readonly tool: string;
  /** What stands before each Pod that new connections are sent to. */
  readonly forward: string;
  /** What stands after it: its share of new connections as percent or as nftables draws it, or a word for all. */
  readonly share: 'percent' | 'numgen' | { readonly word: string };
  /** What stands after a Pod that is held for open connections alone; '' where it is not shown. */
  readonly waiting: string;
  /** What stands where a new connection is refused, and where it is dropped; a word, and after two spaces why. */
  readonly refuse: string;
  readonly drop: string;
}
