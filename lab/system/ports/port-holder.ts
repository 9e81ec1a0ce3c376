import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

async function fromLsof(port: number): Promise<string | undefined> {
  try {
    const { stdout } = await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"], { timeout: 3000 });
    const pid = /^p(\d+)$/m.exec(stdout)?.[1];
    return pid ? `pid ${pid}, ${/^c(.+)$/m.exec(stdout)?.[1] ?? "unknown"}` : undefined;
  } catch {
    return undefined;
  }
}

async function listeningInode(port: number): Promise<string | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    const lines = (await readFile(table, "utf8").catch(() => "")).split("\n");
    for (const line of lines) {
      // Fields: number, local address, remote address, state (0A is listening), …, inode in the tenth field.
      const fields = line.trim().split(/\s+/);
      if (fields[3] === "0A" && fields[1]?.endsWith(`:${hex}`)) return fields[9];
    }
  }
  return undefined;
}

/** The program and, for Node, its script: otherwise all Node processes look alike. */
async function nameOf(pid: string): Promise<string> {
  const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
  const script = command
    .slice(1)
    .find((argument) => /\.[cm]?[jt]s$/.test(argument) && !argument.startsWith("./"));
  const program = basename(command[0] || "unknown");
  return program === "node" && script ? `node ${script}` : program;
}

async function fromProc(port: number): Promise<string | undefined> {
  const inode = await listeningInode(port);
  if (inode === undefined) return undefined;
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
      if (target === `socket:[${inode}]`) {
        return `pid ${pid}, ${await nameOf(pid)}`;
      }
    }
  }
  return undefined;
}

/** The process that listens on a TCP port, as "pid 4711, java"; undefined when the system does not show it. */
export async function portHolder(port: number): Promise<string | undefined> {
  return process.platform === "linux" ? await fromProc(port) : await fromLsof(port);
}
