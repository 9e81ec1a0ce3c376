import { promisify } from "node:util";

/** Yields to the event loop, so that it serves other requests before long work continues. */
export const nextTurn: () => Promise<void> = promisify(setImmediate);
