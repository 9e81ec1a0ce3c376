import type { ServerResponse } from "node:http";

/** Answers of this server must not load, frame or send anything. */
const strictPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, "application/json", JSON.stringify(value));
}

export function sendPlain(response: ServerResponse, status: number, text: string): void {
  sendText(response, status, "text/plain; charset=utf-8", text);
}

export function sendRedirect(response: ServerResponse, location: string): void {
  response.setHeader("location", location);
  sendPlain(response, 302, `See ${location}\n`);
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    "content-security-policy": strictPolicy,
    "content-type": type,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}
