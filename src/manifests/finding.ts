/** Something that an API server accepts and that is probably not what its author wanted. */
export interface Finding {
  readonly code: string;
  readonly severity: 'warning' | 'info';
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fix?: string;
  readonly line?: number;
}

/** A finding whose place is said by whoever asks. */
export type Note = Pick<Finding, 'code' | 'severity' | 'message'> & { readonly fix?: string };
