export * from './blue-green.ts';
export * from './canary.ts';
export * from './healthy.ts';
export * from './pause.ts';
