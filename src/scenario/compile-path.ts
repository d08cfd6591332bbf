import type { Container, Probe } from '../cluster/objects.ts';
import { type AppOwner, type Apps, appOf } from './app-of.ts';

/** Which containers a new connection to a Pod's port passes. */

export interface Path {
  /** Indexes of the containers; none where nobody can be behind the port. */
  readonly containers: readonly number[];
  /** Those that may listen on the port, where none of the Pod's containers declares it; null: one does. */
  readonly guessed: readonly number[] | null;
}

interface PodContainers {
  readonly all: readonly Container[];
  /** Containers before it are sidecars. */
  readonly firstRegular: number;
  readonly apps: Apps;
  readonly owner: AppOwner;
}

/**
 * The container that declares the port, and every proxy in front. A containerPort is for the reader alone: where none declares the
 * port, the one whose probe asks there is behind it, else any that declares no ports, else any at all; and of several the first to
 * stop decides.
 */
export function pathOf(port: number, { all, firstRegular, apps, owner }: PodContainers): Path {
  const described = all.map(({ name }) => appOf(apps, owner, name)?.onPath ?? 'port');
  const may = (index: number) => described[index] !== 'never';
  const declares = all.findIndex(
    ({ ports }, index) => may(index) && ports.some(({ containerPort }) => containerPort === port),
  );
  const guessed =
    declares >= 0 ? null : candidates(port, all, (index) => may(index) && index >= firstRegular);
  const serving = new Set(guessed ?? [declares]);
  const containers = all.flatMap((_, index) =>
    serving.has(index) || (serving.size > 0 && described[index] === 'always') ? [index] : [],
  );
  return { containers, guessed };
}

function candidates(
  port: number,
  all: readonly Container[],
  may: (index: number) => boolean,
): readonly number[] {
  const regular = [...all.keys()].filter(may);
  const probed = regular.filter((index) => probesOf(all[index]!).some((probe) => asksAt(probe, port)));
  if (probed.length > 0) return probed;
  const silent = regular.filter((index) => all[index]!.ports.length === 0);
  return silent.length > 0 ? silent : regular;
}

function probesOf({ readinessProbe, livenessProbe, startupProbe }: Container): readonly Probe[] {
  return [readinessProbe, livenessProbe, startupProbe].flatMap((probe) =>
    probe === undefined ? [] : [probe],
  );
}

function asksAt(probe: Probe, port: number): boolean {
  return probe.port === port;
}
