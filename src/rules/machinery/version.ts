/**
 * Kubernetes versions as the rules take them: the minor number of 1.x, so `30` is Kubernetes 1.30.
 * Every rule that changed within the supported range takes one.
 */
export type MinorVersion = number;

/** The third number of a version, as 2 in 1.34.2; null where a version does not say it. */
export type PatchVersion = number | null;

/** Oldest minor version that the rules describe: 1.26. */
export const OLDEST_MINOR: MinorVersion = 26;
/** Newest minor version that the rules describe: 1.36. */
export const NEWEST_MINOR: MinorVersion = 36;

/**
 * Reads a version as a cluster reports it (`1.30`, `v1.30.14`, `1.30.5-gke.1014001`) into its minor number.
 * Returns null where the text is not a version or lies outside 1.26 … 1.36.
 * Source: none; ours
 */
export function parseMinorVersion(text: string): MinorVersion | null {
  const match = /^v?1\.(\d{1,3})(?:\.\d+)?(?:[-+].*)?$/.exec(text.trim());
  if (match === null) return null;
  const minor = Number(match[1]);
  return minor >= OLDEST_MINOR && minor <= NEWEST_MINOR ? minor : null;
}

/**
 * The third number of a version (`1.30.5-gke.1014001`: 5); null where the text does not say it.
 * Source: none; ours
 */
export function parsePatchVersion(text: string): PatchVersion {
  const patch = /^v?1\.\d{1,3}\.(\d+)/.exec(text.trim())?.[1];
  return patch === undefined ? null : Number(patch);
}
