import { promisify } from "node:util";

/** Lets the event loop serve other requests before long work continues. */
export const nextTurn: () => Promise<void> = promisify(setImmediate);
