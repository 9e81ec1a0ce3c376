import { freePort } from "../system/ports/free-port.ts";
import { reachable } from "../system/ports/probe.ts";
import type { LabConfig } from "./lab-config.ts";

/**
 * The same with a free port wherever 0 asks for one that others must know before it listens: the console sends orders to the
 * API, and the trace store leads to the console.
 */
export async function settlePorts(config: LabConfig): Promise<LabConfig> {
  const at = async (port: number) => port || freePort(config.host);
  const ports = { ...config.ports, api: await at(config.ports.api), console: await at(config.ports.console) };
  const urlOf = (port: number) => `http://${reachable(config.host)}:${port}` as const;
  const isOwn = config.consoleUrl === urlOf(config.ports.console);
  return Object.freeze({
    ...config,
    ports,
    apiUrl: urlOf(ports.api),
    consoleUrl: isOwn ? urlOf(ports.console) : config.consoleUrl,
  });
}
