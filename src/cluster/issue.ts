/** Something that a user has to change before a run is possible. All issues are reported at once. */
export interface Issue {
  /** Stable, for programs: `invalid`, `wrongType`, `yamlSyntax` … */
  readonly code: string;
  /** Where: `['manifests', 0, 'spec', 'replicas']`. */
  readonly path: readonly (string | number)[];
  /** One sentence that names the field, the value and the rule. */
  readonly message: string;
  /** The rule that the value breaks. */
  readonly rule?: string;
  readonly value?: unknown;
  /** What to do about it, as a sentence. */
  readonly fix?: string;
  /** Where the text was YAML; both count from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** Prints a path as the API server prints one: `spec.containers[0].name`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
