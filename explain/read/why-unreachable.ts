import { messageOf, systemCode } from "../../core/errors.ts";

const untrusted = "its certificate is not trusted; name the one that signed it in NODE_EXTRA_CA_CERTS";

/** By the codes of the system, of OpenSSL and of Node's fetch. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be resolved now",
  ECONNRESET: "it closed the connection",
  UND_ERR_SOCKET: "it closed the connection",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no way to the host's network",
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

/** Why a request got no answer, or not all of it, as the end of a sentence. */
export function whyUnreachable(error: unknown): string {
  const code = systemCode(error);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  // Its code is there for some answers only.
  if (cause instanceof Error && cause.name === "HTTPParserError") return "what is there does not speak HTTP";
  return (code === undefined ? undefined : reasons[code]) ?? (messageOf(cause).trim() || String(code));
}
