import { randomBytes, timingSafeEqual } from "node:crypto";
import { isIPv4 } from "node:net";
import type { RequestHandler } from "express";
import { HoldupError } from "../../core/errors.ts";

/** No other origins, nothing inline, no frames, no forms. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": policy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** The page's script sends the token from the page in this header. */
const tokenHeader = "x-holdup-token";

/** A random token, valid while this process lives. */
export function createToken(): string {
  return randomBytes(24).toString("base64url");
}

export const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set(securityHeaders);
  next();
};

/**
 * Refuses requests for any host name but loopback names and `ownNames`: a foreign page whose name resolves to this machine
 * (DNS rebinding) still sends its own name.
 */
export function refuseForeignHost(ownNames: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const name = nameIn(request.headers.host);
    if (name === undefined || !(isLoopback(name) || ownNames.includes(name))) {
      throw new HoldupError(
        "HOLDUP_HOST_FOREIGN",
        "The console answers only to localhost and the host of HOLDUP_CONSOLE_URL. Open it under one of these names.",
      );
    }
    next();
  };
}

/**
 * Refuses changes that do not come from the console's own page: the browser sends the origin (`Sec-Fetch-Site`, or `Origin` in
 * older browsers), and only the page knows the token.
 */
export function refuseForeignPage(token: string): RequestHandler {
  const expected = Buffer.from(token);
  return (request, _response, next) => {
    const given = Buffer.from(request.get(tokenHeader) ?? "");
    const knowsToken = given.length === expected.length && timingSafeEqual(given, expected);
    if (!knowsToken || !isSameOrigin(request.headers)) {
      throw new HoldupError(
        "HOLDUP_PAGE_FOREIGN",
        "Only the console's own page may do this. Reload the page if the console has restarted. Scripts can use the order API or ./holdup burst.",
      );
    }
    next();
  };
}

/** Refuses reads by other sites: they could not see the answers, but could use up the limit of open pages. */
export const refuseForeignReader: RequestHandler = (request, _response, next) => {
  const site = request.get("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new HoldupError("HOLDUP_PAGE_FOREIGN", "Only the console's own page may read this.");
  }
  next();
};

type FetchHeaders = {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly "sec-fetch-site"?: string | string[] | undefined;
};

function isSameOrigin(headers: FetchHeaders): boolean {
  const { host, origin } = headers;
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  if (origin === undefined) return site === "same-origin";
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** The name in a Host header, without the port. */
function nameIn(header: string | undefined): string | undefined {
  const [, bracketed, plain] =
    /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? "") ?? [];
  return (bracketed ?? plain)?.toLowerCase();
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}
