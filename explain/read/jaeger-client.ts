import { messageOf, systemCode } from "../../core/errors.ts";
import { ReadError } from "./errors.ts";
import { isFields, listOf } from "./formats/format.ts";
import { foreign, jaegerAddress } from "./jaeger-address.ts";

export type JaegerClient = {
  /** The address without user and password, for messages. */
  readonly name: string;
  /** Requests a small response and parses it. */
  readonly get: (path: string) => Promise<unknown>;
  /** Requests a response of any length and yields it as it arrives. */
  readonly stream: (path: string) => AsyncGenerator<Buffer>;
};

export type JaegerClientOptions = {
  /** Longest time without data from Jaeger, before and within a response. */
  readonly timeoutMs: number;
  /** Ends all requests. */
  readonly signal: AbortSignal;
};

/** Jaeger answered with an error status. */
export class JaegerRefusal extends ReadError {
  readonly status: number;

  constructor(status: number, message: string) {
    super("HOLDUP_JAEGER_REFUSED", message);
    this.status = status;
  }
}

/** A client of Jaeger's query API at `url`, which may have a base path. Throws a ReadError that says what to check. */
export function createJaegerClient(url: string, { timeoutMs, signal }: JaegerClientOptions): JaegerClient {
  const { base, authorization } = jaegerAddress(url);
  const check = "Check the address and that Jaeger runs there; its query port is usually 16686.";

  async function* stream(path: string): AsyncGenerator<Buffer> {
    const abort = new AbortController();
    const either = AbortSignal.any([abort.signal, signal]);
    let isLate = false;
    const inTime = async <T>(work: Promise<T>): Promise<T> => {
      const timer = setTimeout(() => {
        isLate = true;
        abort.abort();
      }, timeoutMs);
      try {
        return await work;
      } finally {
        clearTimeout(timer);
      }
    };
    try {
      const headers = { accept: "application/json", ...(authorization ? { authorization } : {}) };
      const answer = await inTime(fetch(base + path, { headers, signal: either }));
      if (!answer.ok)
        throw new JaegerRefusal(answer.status, refusal(answer, path, await inTime(answer.text())));
      const reader = answer.body?.getReader();
      for (;;) {
        const part = await inTime(reader ? reader.read() : Promise.resolve({ done: true, value: undefined }));
        if (part.value === undefined) return;
        yield Buffer.from(part.value.buffer, part.value.byteOffset, part.value.byteLength);
      }
    } catch (error) {
      if (error instanceof ReadError) throw error;
      const why = isLate ? `no data for ${timeoutMs} ms` : whyUnreachable(error);
      throw new ReadError("HOLDUP_JAEGER_UNREACHABLE", `${base} does not answer: ${why}. ${check}`, {
        cause: error,
      });
    } finally {
      abort.abort();
    }
  }

  async function get(path: string): Promise<unknown> {
    const parts: Buffer[] = [];
    for await (const part of stream(path)) parts.push(part);
    const text = Buffer.concat(parts).toString();
    try {
      return JSON.parse(text);
    } catch {
      throw new ReadError(
        "HOLDUP_JAEGER_FOREIGN",
        `${foreign(base)} ${path} returned ${shown(text)} instead of JSON; perhaps it needs a login.`,
      );
    }
  }

  function refusal(answer: Response, path: string, text: string): string {
    if (answer.status === 401) return `${base} ${loginProblem(answer.headers.get("www-authenticate"))}`;
    const status = `${answer.status} ${answer.statusText}`.trim();
    return `${base} answered ${status} to ${path}: ${errorText(text)}.`;
  }

  function loginProblem(challenge: string | null): string {
    const [scheme = "Basic"] = challenge?.split(/[ ,]/) ?? [];
    if (scheme.toLowerCase() !== "basic") {
      return `asks for a login by ${scheme}, which is not supported. Save a response of its API and read that file.`;
    }
    return authorization === undefined
      ? `asks for a user and a password. Put them in the address: ${base.replace("://", "://user:password@")}.`
      : "rejects the user and the password in the address. Correct them there.";
  }

  return { name: base, get, stream };
}

/** Jaeger's own message, if any, without a full stop: `{"errors":[{"msg":"…"}]}`. */
function errorText(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return shown(text);
  }
  const [first] = isFields(body) ? listOf(body["errors"]) : [];
  return isFields(first) && typeof first["msg"] === "string" ? first["msg"].replace(/\.+$/, "") : shown(text);
}

const maxShown = 200;

function shown(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  if (line === "") return "an empty body";
  if (line.startsWith("<")) return "a page of HTML";
  return JSON.stringify(line.length > maxShown ? `${line.slice(0, maxShown)}…` : line);
}

const untrusted = "its certificate is not trusted; set NODE_EXTRA_CA_CERTS to the certificate that signed it";

/** By error code of the system, of OpenSSL or of Node's fetch. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be resolved now",
  ECONNRESET: "it closed the connection",
  UND_ERR_SOCKET: "it closed the connection",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to the host's network",
  ETIMEDOUT: "the connection takes too long",
  UND_ERR_CONNECT_TIMEOUT: "the connection takes too long",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS; try http://",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS; try http://",
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** Why a request got no response, or only a part of it, as the end of a sentence. */
function whyUnreachable(error: unknown): string {
  const code = systemCode(error);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  // Only some responses give it a code.
  if (cause instanceof Error && cause.name === "HTTPParserError") return "the server does not speak HTTP";
  return (code === undefined ? undefined : reasons[code]) ?? (messageOf(cause).trim() || String(code));
}
