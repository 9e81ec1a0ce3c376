import { HoldupError } from "../../../core/errors.ts";
import { isFree, listenError } from "./free-ports.ts";
import { portHolder } from "./port-holder.ts";
import type { WantedPort } from "./wanted.ts";

async function areFree(wanted: readonly WantedPort[], shift: number): Promise<boolean> {
  const moved = wanted.map(({ port, address }) => ({ port: port + shift, address }));
  if (moved.some(({ port }) => port > 65_535)) return false;
  return (await Promise.all(moved.map(({ port, address }) => isFree(port, address)))).every(Boolean);
}

async function freeOffset(wanted: readonly WantedPort[], offset: number): Promise<number | undefined> {
  for (let shift = 100; shift <= 5000; shift += 100) {
    if (await areFree(wanted, shift)) return offset + shift;
  }
  return undefined;
}

async function describe({ port, address }: WantedPort): Promise<string> {
  const code = await listenError(port, address);
  if (code === "EACCES") return "may only be used by root";
  if (code !== undefined && code !== "EADDRINUSE")
    return `cannot be listened on at ${address} (HOLDUP_HOST, ${code})`;
  const holder = await portHolder(port);
  return holder ? `is held by ${holder}` : "is in use";
}

function wantedTwice(wanted: readonly WantedPort[]): string[] {
  const lines: string[] = [];
  for (const [index, first] of wanted.entries()) {
    for (const second of wanted.slice(index + 1)) {
      if (first.port !== second.port) continue;
      lines.push(
        `${first.port} (${first.what}) is also wanted for ${second.what}: set ${first.variable} or ${second.variable}`,
      );
    }
  }
  return lines;
}

/**
 * Tries every port before anything starts.
 *
 * @throws HoldupError HOLDUP_PORT_TAKEN, one message with each taken port, who wants it, who has it and a free offset
 */
export async function checkPorts(wanted: readonly WantedPort[], offset: number): Promise<void> {
  const twice = wantedTwice(wanted);
  if (twice.length > 0) {
    throw new HoldupError(
      "HOLDUP_PORT_TAKEN",
      `Two parts of the lab want one port:\n  ${twice.join("\n  ")}`,
    );
  }
  const tried = await Promise.all(
    wanted.map(async (entry) => ({ ...entry, isFree: await isFree(entry.port, entry.address) })),
  );
  const taken = tried.filter((entry) => !entry.isFree);
  if (taken.length === 0) return;
  const lines = await Promise.all(
    taken.map(
      async (entry) => `${entry.port} (${entry.what}) ${await describe(entry)}; ${entry.variable} moves it`,
    ),
  );
  const free = await freeOffset(wanted, offset);
  const advice = free === undefined ? "" : `\nMove all ports at once: ./holdup start --port-offset ${free}`;
  throw new HoldupError(
    "HOLDUP_PORT_TAKEN",
    `Ports that the lab needs are not free; nothing was started:\n  ${lines.join("\n  ")}${advice}`,
  );
}
