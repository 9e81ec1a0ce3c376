import type { ServerResponse } from "node:http";

/** Nothing may be loaded, framed or sent from what this server answers. */
const strictPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, "application/json", JSON.stringify(value));
}

export function sendHtml(response: ServerResponse, status: number, html: string, styleHash: string): void {
  response.setHeader("content-security-policy", `${strictPolicy}; style-src '${styleHash}'`);
  sendText(response, status, "text/html; charset=utf-8", html);
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  if (!response.hasHeader("content-security-policy")) {
    response.setHeader("content-security-policy", strictPolicy);
  }
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}
