/** Where an object has the spec of its Pods. */
export function podSpecPath(kind: string): readonly string[] {
  if (kind === 'Pod') return ['spec'];
  const path = ['spec', 'template', 'spec'];
  return kind === 'CronJob' ? ['spec', 'jobTemplate', ...path] : path;
}
