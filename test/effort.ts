/** How much is tried: in `npm test` as many cases as prove a thing, in `npm run test:long` forty times as many (`TEST_EFFORT`). */
const effort = Number(process.env.TEST_EFFORT ?? 1);

/** So many cases of something, seeds or inputs, in `npm test`. */
export const tries = (count: number): number => count * effort;
