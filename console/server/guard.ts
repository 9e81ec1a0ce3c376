import { randomBytes, timingSafeEqual } from "node:crypto";
import { isIPv4 } from "node:net";
import type { RequestHandler } from "express";
import { HoldupError } from "../../core/errors.ts";

/** Nothing from elsewhere, nothing inline, no frames, no forms. */
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

export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": policy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Where the page's script puts the token that the page came with. */
export const tokenHeader = "x-holdup-token";

/** A token for as long as this process lives. */
export function createToken(): string {
  return randomBytes(24).toString("base64url");
}

export const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set(securityHeaders);
  next();
};

/**
 * Refuses requests by another name than this server's: a page elsewhere that has its own name point to this machine
 * (DNS rebinding) still sends that name. Loopback names are always its own.
 */
export function refuseForeignHost(ownNames: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const name = nameIn(request.headers.host);
    if (name === undefined || !(isLoopback(name) || ownNames.includes(name))) {
      throw new HoldupError(
        "HOLDUP_HOST_FOREIGN",
        "The console answers to localhost and to the host of HOLDUP_CONSOLE_URL only. Open it by one of these names.",
      );
    }
    next();
  };
}

/**
 * Lets only the console's own page change anything: a browser says where a request comes from (`Sec-Fetch-Site`, or
 * `Origin` where it does not know the former), and only the page knows the token.
 */
export function refuseForeignPage(token: string): RequestHandler {
  const expected = Buffer.from(token);
  return (request, _response, next) => {
    const given = Buffer.from(request.get(tokenHeader) ?? "");
    const knowsToken = given.length === expected.length && timingSafeEqual(given, expected);
    if (!knowsToken || !isSameOrigin(request.headers)) {
      throw new HoldupError(
        "HOLDUP_PAGE_FOREIGN",
        "Only the console's own page may do this. Reload it if it is older than the console; scripts use the order API or ./holdup burst.",
      );
    }
    next();
  };
}

/** Other sites may not even ask: they could not read the answers, but could take up the places of open pages. */
export const refuseForeignReader: RequestHandler = (request, _response, next) => {
  const site = request.get("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new HoldupError("HOLDUP_PAGE_FOREIGN", "Only the console's own page may ask for this.");
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
