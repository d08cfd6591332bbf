/** Packages whose code is a part of `dist`: loaded as packages they cost more time than all else together. */
export const BUILT_IN = ['eventemitter3', 'immer', 'unbash', 'yaml', 'zod'];
