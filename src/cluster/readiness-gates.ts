/** Who sets a template's readiness gates. */
export interface ReadinessGatesInfo {
  /** Numbers of the routers that set one. */
  readonly routers: readonly number[];
  /** Condition types that no router sets: they are True some time after the containers are ready. */
  readonly unknown: readonly string[];
}

/** All bits of the gates that routers set. */
export function allGates({ routers }: ReadinessGatesInfo): number {
  return 2 ** routers.length - 1;
}
