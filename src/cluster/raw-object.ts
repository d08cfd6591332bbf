/** An object of the manifests as it is written, whatever its kind: plain data, its name and namespace filled in. */
export interface RawObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The whole object. */
  readonly value: unknown;
}
