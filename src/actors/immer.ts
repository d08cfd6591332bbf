import { Immer, type produce as Produce } from 'immer';

/**
 * The one door to immer: an instance of our own that freezes nothing. (The global switch would change the user's immer.)
 * For cells with lists inside; flat cells that change often are written as literals.
 */
const own = new Immer({ autoFreeze: false });
export const produce: typeof Produce = own.produce;
