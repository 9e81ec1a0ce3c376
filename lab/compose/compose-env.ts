import { settings } from "../../shared/settings.ts";
import { type Env, type LabConfig, labSettings } from "../settings/lab-config.ts";
import type { composeAddress } from "./address.ts";

/** What docker-compose.yml fixes inside the containers, whatever the environment says. */
const fixed: readonly string[] = [
  settings.kafkaBrokers.variable,
  settings.redisUrl.variable,
  settings.jaegerUrl.variable,
  settings.jaegerLinkUrl.variable,
  settings.otlpEndpoint.variable,
  settings.host.variable,
  settings.apiPort.variable,
  settings.healthPort.variable,
  settings.apiUrl.variable,
  settings.consolePort.variable,
  settings.consoleUrl.variable,
  settings.instance.variable,
  settings.workDir.variable,
  "OTEL_SERVICE_NAME",
];

/** Addresses of one's own that Compose, which brings everything, has no use for. */
export function ignoredIn(env: Env): string[] {
  const addresses = [
    settings.kafkaBrokers,
    settings.redisUrl,
    settings.jaegerUrl,
    settings.otlpEndpoint,
    settings.host,
  ];
  return addresses.map(({ variable }) => variable).filter((name) => env[name]?.trim());
}

/** The environment for `docker compose`: ports as the lab has moved them. */
export function composeEnv(env: Env, ports: LabConfig["ports"]): Env {
  return {
    ...env,
    [settings.apiPort.variable]: String(ports.api),
    [settings.consolePort.variable]: String(ports.console),
    [labSettings.jaegerPort.variable]: String(ports.jaeger),
    [labSettings.otlpPort.variable]: String(ports.otlp),
    [labSettings.otlpGrpcPort.variable]: String(ports.otlpGrpc),
    [labSettings.kafkaPort.variable]: String(ports.kafka),
    [labSettings.redisPort.variable]: String(ports.redis),
  };
}

/** Of an environment, the settings that the services are given. */
export function settingsAlone(env: Env): Env {
  const known = Object.values(settings).map(({ variable }): string => variable);
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => (known.includes(name) || name.startsWith("OTEL_")) && !fixed.includes(name),
    ),
  );
}

/** The settings that a running service was given, from its container's environment (`NAME=value`). */
export function settingsGiven(containerEnv: readonly string[]): Record<string, string> {
  const given = containerEnv.flatMap((line) => {
    const at = line.indexOf("=");
    const name = line.slice(0, at);
    return /^(HOLDUP|OTEL)_/.test(name) && !fixed.includes(name) ? [[name, line.slice(at + 1)]] : [];
  });
  return Object.fromEntries(given);
}

/**
 * The environment that makes `docker compose` see the lab as it runs: its settings and ports instead of those of this shell, so that
 * a replica added later is like the others.
 */
export function envOfRunning(
  env: Env,
  given: Readonly<Record<string, string>>,
  address: ReturnType<typeof composeAddress>,
): Env {
  const others = Object.entries(env).filter(([name]) => !/^(HOLDUP|OTEL)_/.test(name));
  const ports = {
    [settings.apiPort.variable]: address.apiPort,
    [settings.consolePort.variable]: address.consolePort,
    [labSettings.jaegerPort.variable]: address.jaegerPort,
    [labSettings.otlpPort.variable]: address.otlpPort,
    [labSettings.otlpGrpcPort.variable]: address.otlpGrpcPort,
    [labSettings.kafkaPort.variable]: address.kafkaPort,
    [labSettings.redisPort.variable]: address.redisPort,
  };
  const known = Object.entries(ports).flatMap(([name, port]) =>
    port === undefined ? [] : [[name, String(port)]],
  );
  return { ...Object.fromEntries(others), ...given, ...Object.fromEntries(known) };
}
