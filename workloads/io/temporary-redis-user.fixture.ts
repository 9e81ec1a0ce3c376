import type { Redis } from "../../shared/redis.ts";

/** A Redis user with the given rights, such as `+@all -get`, for one test; `remove` deletes it. */
export async function createRedisUser(admin: Redis, url: string, rights: readonly string[]) {
  const name = `holdup-test-${crypto.randomUUID()}`;
  await admin.call("ACL", "SETUSER", name, "on", ">secret", "~*", ...rights);
  const userUrl = new URL(url);
  userUrl.username = name;
  userUrl.password = "secret";
  return { url: userUrl.href, remove: () => admin.call("ACL", "DELUSER", name) };
}
