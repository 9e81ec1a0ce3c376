import { HoldupError } from "../../core/errors.ts";
import type { Endpoints } from "../lab.ts";
import type { LabConfig } from "../settings/lab-config.ts";
import { reachableHost } from "../system/ports/probe.ts";
import { isRunning } from "../system/process/identity.ts";
import { type LabFile, readLabFile } from "./lab-file.ts";
import { statePaths } from "./paths.ts";

/** The lab of the state folder as its supervisor last wrote it; undefined when none was started. */
export function findLab({ stateDir }: Pick<LabConfig, "stateDir">): LabFile | undefined {
  return readLabFile(statePaths(stateDir).labFile);
}

/**
 * The lab of the state folder, with a supervisor that runs.
 *
 * @throws HoldupError HOLDUP_LAB_NOT_RUNNING
 */
export function runningLab(config: LabConfig): LabFile {
  const lab = findLab(config);
  if (!lab)
    throw new HoldupError("HOLDUP_LAB_NOT_RUNNING", "The lab is not running. Start it: ./holdup start");
  if (!isRunning(lab.supervisor)) {
    throw new HoldupError(
      "HOLDUP_LAB_NOT_RUNNING",
      `The lab's supervisor (pid ${lab.supervisor.pid}) has died. Start the lab again: ./holdup start`,
    );
  }
  return lab;
}

/** Where the processes of a lab listen; undefined for a process that has not reported its port yet. */
export function endpointsOf(lab: LabFile): Endpoints & { readonly jaegerUrl: string } {
  const { jaegerUrl, brokers, redisUrl } = lab;
  return { consoleUrl: consoleUrl(lab), apiUrl: apiUrl(lab), jaegerUrl, brokers, redisUrl };
}

function apiUrl({ host, processes }: LabFile): string | undefined {
  const port = processes.find(({ service }) => service === "api-service")?.port;
  return port === undefined ? undefined : `http://${reachableHost(host)}:${port}`;
}

function consoleUrl(lab: LabFile): string | undefined {
  const port = lab.processes.find(({ kind }) => kind === "console")?.port;
  if (port === undefined) return undefined;
  // With port 0, the process reports which one it got.
  const given = lab.consoleUrl && new URL(lab.consoleUrl).port !== "0" ? lab.consoleUrl : undefined;
  return given ?? `http://${reachableHost(lab.host)}:${port}`;
}
