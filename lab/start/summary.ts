import type { LabFile } from "../state/lab-file.ts";
import { reachable } from "../supervisor/probe.ts";

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.password !== "") parsed.password = "…";
  return parsed.href;
}

/** Where the order API of a running lab is reached; undefined while it has not said its port. */
export function apiUrl(lab: LabFile): string | undefined {
  const port = lab.processes.find(({ service }) => service === "api-service")?.port;
  return port === undefined ? undefined : `http://${reachable(lab.host)}:${port}`;
}

/** Where a browser finds the console; undefined while it does not listen. */
export function consoleUrl(lab: LabFile): string | undefined {
  const port = lab.processes.find(({ kind }) => kind === "console")?.port;
  if (port === undefined) return undefined;
  // Port 0 takes a free one.
  const given = lab.consoleUrl && new URL(lab.consoleUrl).port !== "0" ? lab.consoleUrl : undefined;
  return given ?? `http://${reachable(lab.host)}:${port}`;
}

/** The addresses of a lab, one on a line. */
export function addresses(lab: LabFile): string {
  return [
    `  Console     ${consoleUrl(lab) ?? "not listening yet"}`,
    `  Order API   ${apiUrl(lab) ?? "not listening yet"}`,
    `  Traces      ${lab.jaegerUrl}`,
    `  Kafka       ${lab.brokers.join(",")}`,
    `  Redis       ${withoutPassword(lab.redisUrl)}`,
  ].join("\n");
}

/** What to type next. */
export function nextSteps(lab: LabFile): string {
  const body = `'{"item":"book","quantity":1}'`;
  return [
    "Send an order:",
    `  curl -X POST ${apiUrl(lab)}/order -H 'content-type: application/json' -d ${body}`,
    "Look:  ./holdup status   ./holdup logs -f        Stop:  ./holdup stop",
  ].join("\n");
}
