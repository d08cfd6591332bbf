export { readHookCommand } from './read.ts';
export type { HookLength, HookReading, HookSurroundings, ListenerEffect } from './reading.ts';
export { surroundingsOf } from './surroundings.ts';
export { withSleep } from './with-sleep.ts';
