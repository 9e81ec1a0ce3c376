import { hash } from "node:crypto";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for HTML content and quoted attributes. Span names come from anyone who can send a span. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}" +
  "code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}" +
  "th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #ddd;vertical-align:top}" +
  "td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}" +
  "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}a{color:#8cb4ff}th,td{border-color:#444}}";

/** For the Content-Security-Policy: the one style that the page may have. */
export const styleHash: string = `sha256-${hash("sha256", style, "base64")}`;

/** A page without scripts and outside resources. `body` is HTML; everything put into it must be escaped. */
export function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head><body>${body}</body></html>`;
}
