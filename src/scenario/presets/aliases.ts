/** Short names of presets that are typed often, in files and on the command line. */
export const PRESET_ALIASES: Readonly<Record<string, string>> = {
  'gke-dpv2': 'gkeDpv2',
  quiet: 'quiet136',
  aws: 'eks',
  azure: 'aks',
  gcp: 'gke',
};

/** Presets that need more than overrides, and what: a name alone is not enough to choose one. */
export const PRESET_ARGUMENTS: Readonly<Record<string, string>> = {
  keepsAccepting: "'5s'",
  fixedLag: "'own-lb', '5s'",
};
