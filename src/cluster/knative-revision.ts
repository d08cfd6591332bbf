/** What Knative calls the objects that it makes of a Service of its own: those of its newest revision. */
export interface KnativeRevision {
  readonly revision: string;
  readonly deployment: string;
  /** The Service whose endpoints are the revision's Pods. */
  readonly service: string;
}

export const KNATIVE_GROUP = 'serving.knative.dev';
export const QUEUE_PROXY = 'queue-proxy';

/** `named`: what its template calls the revision; else it is taken to be the first. */
export function knativeRevision(name: string, named: string | undefined): KnativeRevision {
  const revision = named ?? `${name}-00001`;
  return { revision, deployment: `${revision}-deployment`, service: `${revision}-private` };
}
