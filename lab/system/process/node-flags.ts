/**
 * Flags of Node for everything that the lab runs on it. A young generation of 2 MB instead of 16: a service makes little
 * garbage of its own, and seven processes with two or more worker threads each keep 20 to 30 MB less a process. Garbage
 * is collected on the thread that made it, so that the CPU time of an operation's threads is all that it cost.
 */
export const nodeFlags = ["--max-semi-space-size=2", "--single-threaded-gc"] as const;
