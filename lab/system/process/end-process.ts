import { setTimeout as delay } from "node:timers/promises";
import { type Identity, isRunning } from "./identity.ts";

const pollMs = 25;

function signalTo(identity: Identity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It has just ended, or we may not signal it; the wait below shows which.
  }
}

async function goneWithin(identity: Identity, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (isRunning(identity)) {
    if (Date.now() >= deadline) return false;
    await delay(pollMs);
  }
  return true;
}

/**
 * Ends a process: SIGTERM, then SIGKILL after `graceMs`. Another process that now has the pid is left alone.
 *
 * @returns "gone" when it had ended before, "ended" after SIGTERM, "killed", or "stuck" (in the kernel, or not ours)
 */
export async function endProcess(
  identity: Identity,
  options: { graceMs: number },
): Promise<"gone" | "ended" | "killed" | "stuck"> {
  if (!isRunning(identity)) return "gone";
  signalTo(identity, "SIGTERM");
  if (await goneWithin(identity, options.graceMs)) return "ended";
  signalTo(identity, "SIGKILL");
  return (await goneWithin(identity, 5000)) ? "killed" : "stuck";
}
