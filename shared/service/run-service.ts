import { HoldupError } from "../../core/errors.ts";
import { type Config, readConfig } from "../settings.ts";
import { createLogger, type Logger } from "../telemetry/log.ts";

export type Service = { readonly port: number; stop(): Promise<void> };
export type ServiceContext = {
  readonly config: Config;
  readonly log: Logger;
  /** Ends the process with an error, so that its supervisor restarts it. */
  readonly onFatal: (error: Error) => void;
};

/**
 * Runs a service: reads the settings, starts, reports its port, and stops on SIGTERM or SIGINT. A second signal ends it at
 * once.
 */
export async function runService(options: {
  name: string;
  env: Readonly<Record<string, string | undefined>>;
  start: (context: ServiceContext) => Promise<Service>;
  /** Sends the last spans. */
  flush: () => Promise<void>;
}): Promise<void> {
  const { name, env } = options;
  const config = readConfigOrExit(env);
  const log = createLogger({ service: name, instance: config.instance, level: config.logLevel });
  const onFatal = (error: Error) => {
    log.fatal({ err: error }, "giving up");
    process.exit(1);
  };
  process.on("uncaughtException", onFatal);

  const service = await options.start({ config, log, onFatal }).catch(onFatal);
  if (!service) return;
  log.info({ port: service.port }, "started");
  process.send?.({ listening: service.port });
  // The IPC channel to a supervisor must not keep a stopped service alive.
  process.channel?.unref();

  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(1));
  log.info("stopping: finishing current work");
  await service.stop();
  await options.flush();
  log.info("stopped");
  process.exit(0);
}

function readConfigOrExit(env: Readonly<Record<string, string | undefined>>): Config {
  try {
    return readConfig(env);
  } catch (thrown) {
    if (!(thrown instanceof HoldupError)) throw thrown;
    console.error(thrown.message);
    process.exit(1);
  }
}
