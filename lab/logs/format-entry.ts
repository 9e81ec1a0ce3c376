import { styleText } from "node:util";
import { escapeControls } from "../../core/escape.ts";
import { shortProcessName } from "../settings/process-names.ts";
import type { LogEntry } from "./log-entry.ts";

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** Fields that have their own place in a line, or none. */
const placed = new Set([
  "time",
  "level",
  "msg",
  "service",
  "instance",
  "pid",
  "span_id",
  "trace_id",
  "order_id",
  "err",
]);
const nameWidth = 14;

const colours: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  warn: "yellow",
  error: "red",
  fatal: "red",
  debug: "gray",
  trace: "gray",
};

/** Colour only where the stream is a terminal and NO_COLOR is not set. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream });
}

function clock(timeMs: number): string {
  if (!Number.isFinite(timeMs)) return "            ";
  const at = new Date(timeMs);
  const two = (n: number, width = 2) => String(n).padStart(width, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${two(at.getMilliseconds(), 3)}`;
}

function details(fields: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(fields)
    .filter(([key]) => !placed.has(key))
    .map(([key, value]) =>
      escapeControls(`${key}=${typeof value === "object" ? JSON.stringify(value) : value}`),
    );
  const order = fields["order_id"] === undefined ? [] : [`order=${fields["order_id"]}`];
  const trace = fields["trace_id"] === undefined ? [] : [`trace=${fields["trace_id"]}`];
  return [...order, ...trace, ...parts].join(" ");
}

function errorLine(fields: Readonly<Record<string, unknown>>): string[] {
  const err = fields["err"];
  if (typeof err !== "object" || err === null) return [];
  const code = "code" in err ? `${err.code}: ` : "";
  return "message" in err ? [escapeControls(`${code}${err.message}`)] : [];
}

/** One entry for people: local time, process, level, message, then ids and the other fields. */
export function formatEntry(entry: LogEntry, paint: Paint): string {
  const { fields, level = "", source, timeMs } = entry;
  const name = shortProcessName(source).padEnd(nameWidth);
  const head = `${paint("gray", clock(timeMs))} ${paint("cyan", name)} `;
  const under = " ".repeat(13 + nameWidth + 1);
  const indent = (line: string) => `\n${under}${line}`;
  if (!fields) return `${head}${entry.text}${entry.more.map(indent).join("")}`;
  const tail = details(fields);
  const colour = colours[level];
  const levelCell = level.padEnd(5);
  const line = `${colour ? paint(colour, levelCell) : levelCell} ${escapeControls(String(fields["msg"] ?? ""))}${tail ? ` ${paint("gray", tail)}` : ""}`;
  const more = [...errorLine(fields), ...entry.more];
  return `${head}${line}${more.map(indent).join("")}`;
}
