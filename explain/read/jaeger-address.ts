import { ReadError } from "./errors.ts";

export type JaegerAddress = {
  /** Origin and path, without trailing slash, user and password, so that it can be shown. */
  readonly base: string;
  /** Value of the Authorization header; undefined without a user. */
  readonly authorization: string | undefined;
};

const example = "http://localhost:16686";
const highestPort = 65_535;

/** Parses the address of Jaeger. Throws HOLDUP_JAEGER_URL_INVALID, which says how to write it. */
export function jaegerAddress(given: string): JaegerAddress {
  const text = given.trim();
  const shown = withoutPassword(text);
  const invalid = (why: string, right = example) =>
    new ReadError("HOLDUP_JAEGER_URL_INVALID", `${shown} ${why}. Write it as ${right}.`);
  if (text === "") {
    throw new ReadError("HOLDUP_JAEGER_URL_INVALID", `Jaeger's address is empty. Write it as ${example}.`);
  }
  const port = /:(\d+)(?=[/?#]|$)/.exec(text)?.[1];
  if (port !== undefined && Number(port) > highestPort) {
    throw invalid(`has the port ${port}, and the highest is ${highestPort}`);
  }
  if (!/^https?:\/\//i.test(text)) {
    const scheme = /^[a-z][a-z\d+.-]*:\/\//i.exec(text)?.[0];
    throw invalid(`begins with ${scheme ?? "neither http:// nor https://"}`, completed(text));
  }
  if (!URL.canParse(text)) throw invalid("is not a URL");
  const url = new URL(text);
  return {
    base: url.origin + url.pathname.replace(/\/+$/, ""),
    authorization: authorizationOf(url, invalid),
  };
}

function withoutPassword(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?[^/?#]*@/i, "$1");
}

/** The URL that was probably meant by a host, with or without port and path, or by a port alone. */
function completed(text: string): string {
  const meant = /^\d+$/.test(text) ? `http://localhost:${text}` : `http://${withoutPassword(text)}`;
  return /^[\w[]/.test(text) && !text.includes("://") && URL.canParse(meant) ? meant : example;
}

function authorizationOf(
  { username, password }: URL,
  invalid: (why: string, right: string) => ReadError,
): string | undefined {
  if (username === "") return undefined;
  try {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(credentials).toString("base64")}`;
  } catch {
    throw invalid(
      "has a % in its user or password, which must be written as %25",
      "http://user:50%25@localhost:16686",
    );
  }
}

/** The path of a Jaeger page or API response, as copied from a browser. */
const page = /\/(?:api(?:\/(?:traces|services)(?:\/.*)?)?|search|dependencies|monitor|trace\/[^/]+)$/;

/** Says that the server is not Jaeger's query API, and what to change in the address. */
export function foreign(base: string): string {
  const [end] = page.exec(base) ?? [];
  const remedy =
    end === undefined
      ? "If Jaeger has a base path, such as http://host/jaeger, include it."
      : `Remove ${end}: ${base.slice(0, -end.length)}.`;
  return `${base} answers, but not as Jaeger's query API. ${remedy}`;
}
