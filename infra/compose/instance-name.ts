/**
 * Names a process in a Compose container as it would be named without containers, such as `processing-service-2`: replicas
 * share one environment, and only the network's DNS knows their numbers. A preload, because HOLDUP_INSTANCE must be set
 * before anything reads it. Without an answer from the DNS the default stays.
 */
import { Resolver } from "node:dns/promises";
import { networkInterfaces } from "node:os";

/** Compose names a container `<project>-<service>-<number>`, or with underscores, and its network after it. */
const replica = /(?:^|[-_])([a-z]+-service[-_]\d+)\./;

async function nameInNetwork(): Promise<string | undefined> {
  const resolver = new Resolver({ timeout: 500, tries: 2 });
  for (const { address, internal, family } of Object.values(networkInterfaces()).flatMap((of) => of ?? [])) {
    if (internal || family !== "IPv4") continue;
    const reverse = `${address.split(".").reverse().join(".")}.in-addr.arpa`;
    // Not `reverse`, which finds the container's id in /etc/hosts.
    for (const name of await resolver.resolvePtr(reverse).catch(() => [])) {
      const found = replica.exec(name)?.[1];
      if (found) return found.replace("_", "-");
    }
  }
  return undefined;
}

if (!process.env["HOLDUP_INSTANCE"]) {
  const name = await nameInNetwork();
  if (name) process.env["HOLDUP_INSTANCE"] = name;
}
