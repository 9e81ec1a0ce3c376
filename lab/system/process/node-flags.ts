/**
 * Node's flags for every process of the lab. A young generation of 2 MB instead of 16: a service creates little garbage of its
 * own, and seven processes with two or more worker threads each use 20 to 30 MB less per process. Garbage is collected on the
 * thread that created it, so that the CPU time of an operation's threads is its whole cost.
 */
export const nodeFlags = ["--max-semi-space-size=2", "--single-threaded-gc"] as const;
