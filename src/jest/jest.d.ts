/** What of Jest is called here, and what is added to: a user's project has the whole. */

declare module '@jest/globals' {
  export const expect: {
    extend(matchers: object): void;
    addSnapshotSerializer(serializer: object): void;
  };
}

declare module '@jest/expect' {
  interface Matchers<R extends void | Promise<void>> {}
}
