import { HoldupError } from "../../../core/errors.ts";
import { isFree, listenError } from "./free-ports.ts";
import { portHolder } from "./port-holder.ts";

/** A port that the lab is about to listen on. */
export type PortBinding = {
  readonly port: number;
  readonly address: string;
  /** What listens there, such as "order API". */
  readonly owner: string;
  /** The setting that moves it. */
  readonly variable: string;
};

async function areFree(bindings: readonly PortBinding[], shift: number): Promise<boolean> {
  const moved = bindings.map(({ port, address }) => ({ port: port + shift, address }));
  if (moved.some(({ port }) => port > 65_535)) return false;
  return (await Promise.all(moved.map(({ port, address }) => isFree(port, address)))).every(Boolean);
}

async function freeOffset(bindings: readonly PortBinding[], offset: number): Promise<number | undefined> {
  for (let shift = 100; shift <= 5000; shift += 100) {
    if (await areFree(bindings, shift)) return offset + shift;
  }
  return undefined;
}

async function obstacle({ port, address }: PortBinding): Promise<string> {
  const code = await listenError(port, address);
  if (code === "EACCES") return "can only be used by root";
  if (code !== undefined && code !== "EADDRINUSE")
    return `cannot be listened on at ${address} (HOLDUP_HOST, ${code})`;
  const holder = await portHolder(port);
  return holder ? `is held by ${holder}` : "is in use";
}

function conflicts(bindings: readonly PortBinding[]): string[] {
  return bindings.flatMap((first, index) =>
    bindings
      .slice(index + 1)
      .filter(({ port }) => port === first.port)
      .map(
        (second) =>
          `${first.port} (${first.owner}) is also the port of ${second.owner}: set ${first.variable} or ${second.variable}`,
      ),
  );
}

/**
 * Tries every port before anything starts.
 *
 * @throws HoldupError HOLDUP_PORT_TAKEN, one message with each taken port, what needs it, what holds it and a free offset
 */
export async function checkPorts(bindings: readonly PortBinding[], offset: number): Promise<void> {
  const conflicting = conflicts(bindings);
  if (conflicting.length > 0) {
    throw new HoldupError(
      "HOLDUP_PORT_TAKEN",
      `Two processes of the lab are set to the same port:\n  ${conflicting.join("\n  ")}`,
    );
  }
  const tried = await Promise.all(
    bindings.map(async (binding) => ({ ...binding, isFree: await isFree(binding.port, binding.address) })),
  );
  const taken = tried.filter((binding) => !binding.isFree);
  if (taken.length === 0) return;
  const lines = await Promise.all(
    taken.map(
      async (binding) =>
        `${binding.port} (${binding.owner}) ${await obstacle(binding)}; ${binding.variable} moves it`,
    ),
  );
  const free = await freeOffset(bindings, offset);
  const advice = free === undefined ? "" : `\nMove all ports at once: ./holdup start --port-offset ${free}`;
  throw new HoldupError(
    "HOLDUP_PORT_TAKEN",
    `Ports that the lab needs are not free; nothing was started:\n  ${lines.join("\n  ")}${advice}`,
  );
}
