import { promisify } from "node:util";

/** Lets the event loop serve whatever is waiting before long work goes on. */
export const nextTurn: () => Promise<void> = promisify(setImmediate);
