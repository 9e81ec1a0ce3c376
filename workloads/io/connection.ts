import { createRedis, type Redis } from "../../shared/redis.ts";

/** The thread's own client, made with its first I/O operation and kept: a connection costs more than a light one. */
const clients = new Map<string, Redis>();

export function redisConnection(url: string): Redis {
  const client = clients.get(url) ?? createRedis(url);
  clients.set(url, client);
  return client;
}
