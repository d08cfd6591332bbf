/** Two bare Pods behind a Service, so that nobody takes their place: one on each of two nodes. */
export function twoPods(
  preStop: number,
  { service = {}, spec = {} }: { readonly service?: object; readonly spec?: object } = {},
): object[] {
  return [
    ...[0, 1].map((index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `web-${index}`, labels: { app: 'web' } },
      spec: {
        ...spec,
        containers: [
          {
            name: 'web',
            image: 'web',
            ports: [{ containerPort: 80 }],
            lifecycle: { preStop: { sleep: { seconds: preStop } } },
          },
        ],
      },
    })),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...service },
    },
  ];
}
