export * from './drain-filters.ts';
