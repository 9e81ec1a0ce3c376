import { isIPv4 } from "node:net";

export type HostCheck = (hostHeader: string | undefined) => boolean;

/**
 * Decides whether a request with this Host header may be served. A web page that rebinds its own name to 127.0.0.1 still sends
 * that name, so a listener on loopback accepts only loopback names. A listener on another address cannot know its names and
 * accepts all of them.
 */
export function createHostCheck(listensOn: string): HostCheck {
  if (!isLoopback(listensOn)) return () => true;
  return (header) => header !== undefined && isLoopback(withoutPort(header));
}

function withoutPort(header: string): string {
  return header.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
}

function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}

export const foreignHostMessage =
  "This trace store listens on loopback and answers only requests for localhost, 127.0.0.1 or [::1]. " +
  "To reach it by another name, bind it to another address with HOLDUP_HOST.";
