import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { RequestHandler, Response } from "express";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
/** Preferred first. The build compresses each file that gets smaller by it. */
const encodings = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;
const tokenTag = /(<meta name="holdup-token" content=")("[ /]*>)/;

/** Paths of the built page's files: at most one folder deep. */
const filePath = /^\/(?:assets\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/;

const notBuilt = "The console's page has not been built. Run ./holdup start or npm run build:page.\n";

/**
 * Serves the built page in `dir`: `index.html` with the token in it, never cached; the files in `assets/`, which have hashes in
 * their names, cached forever. Passes all other paths on.
 */
export function pageFiles(dir: string, token: string): RequestHandler {
  async function index(response: Response): Promise<void> {
    const html = await readFile(join(dir, "index.html"), "utf8").catch(() => undefined);
    response.set("cache-control", "no-store");
    if (html === undefined) response.status(503).type("text/plain").send(notBuilt);
    else response.type("html").send(html.replace(tokenTag, `$1${token}$2`));
  }

  async function file(
    path: string,
    accepted: (encoding: string) => boolean,
    response: Response,
  ): Promise<boolean> {
    const type = types[extname(path)];
    if (type === undefined) return false;
    const send = (content: Buffer, encoding?: string) => {
      response.set({
        "content-type": type,
        vary: "accept-encoding",
        "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        ...(encoding && { "content-encoding": encoding }),
      });
      response.send(content);
      return true;
    };
    for (const [encoding, ending] of encodings) {
      const compressed =
        accepted(encoding) && (await readFile(join(dir, path + ending)).catch(() => undefined));
      if (compressed) return send(compressed, encoding);
    }
    const plain = await readFile(join(dir, path)).catch(() => undefined);
    return plain !== undefined && send(plain);
  }

  return async (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") return next();
    if (request.path === "/" || request.path === "/index.html") return index(response);
    if (!filePath.test(request.path)) return next();
    const accepted = (encoding: string) => request.acceptsEncodings(encoding) === encoding;
    if (!(await file(request.path, accepted, response))) next();
  };
}
