import { reachable } from "../../system/ports/probe.ts";
import type { LabFile } from "../state/lab-file.ts";

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

/** Where the parts of a lab are; undefined while one does not listen. */
export type Where = {
  readonly consoleUrl: string | undefined;
  readonly apiUrl: string | undefined;
  readonly jaegerUrl: string;
  readonly brokers: readonly string[];
  readonly redisUrl: string;
};

export function whereIs(lab: LabFile): Where {
  const { jaegerUrl, brokers, redisUrl } = lab;
  return { consoleUrl: consoleUrl(lab), apiUrl: apiUrl(lab), jaegerUrl, brokers, redisUrl };
}

/** The addresses of a lab, one on a line. */
export function addresses(where: Where): string {
  return [
    `  Console     ${where.consoleUrl ?? "not listening yet"}`,
    `  Order API   ${where.apiUrl ?? "not listening yet"}`,
    `  Traces      ${where.jaegerUrl}`,
    `  Kafka       ${where.brokers.join(",")}`,
    `  Redis       ${withoutPassword(where.redisUrl)}`,
  ].join("\n");
}

/** What to type next. */
export function nextSteps({ apiUrl: url }: Where): string {
  const body = `'{"item":"book","quantity":1}'`;
  return [
    "Send an order:",
    `  curl -X POST ${url}/order -H 'content-type: application/json' -d ${body}`,
    "Look:  ./holdup status   ./holdup logs -f        Stop:  ./holdup stop",
  ].join("\n");
}
