import { settings } from "../../shared/settings.ts";
import { type LabConfig, labSettings } from "../settings/lab-config.ts";
import type { Env } from "../system/env.ts";
import type { publishedPorts } from "./compose-project.ts";

/** Variables that docker-compose.yml fixes inside the containers. */
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

/** Names of the given addresses that have no effect, because Compose runs everything itself. */
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

/** The environment for `docker compose`, with the ports that the offset has moved. */
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

/** The variables of an environment that the services get. */
export function serviceSettings(env: Env): Env {
  const known = Object.values(settings).map(({ variable }): string => variable);
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => (known.includes(name) || name.startsWith("OTEL_")) && !fixed.includes(name),
    ),
  );
}

/** The settings of a running service, from its container's environment (`NAME=value`). */
export function settingsOfContainer(containerEnv: readonly string[]): Record<string, string> {
  const given = containerEnv.flatMap((line) => {
    const at = line.indexOf("=");
    const name = line.slice(0, at);
    return /^(HOLDUP|OTEL)_/.test(name) && !fixed.includes(name) ? [[name, line.slice(at + 1)]] : [];
  });
  return Object.fromEntries(given);
}

/**
 * The environment for `docker compose` with the settings and ports of the running lab instead of this shell's, so that a
 * replica added later is like the others.
 */
export function envOfRunning(
  env: Env,
  given: Readonly<Record<string, string>>,
  published: ReturnType<typeof publishedPorts>,
): Env {
  const others = Object.entries(env).filter(([name]) => !/^(HOLDUP|OTEL)_/.test(name));
  const ports = {
    [settings.apiPort.variable]: published.apiPort,
    [settings.consolePort.variable]: published.consolePort,
    [labSettings.jaegerPort.variable]: published.jaegerPort,
    [labSettings.otlpPort.variable]: published.otlpPort,
    [labSettings.otlpGrpcPort.variable]: published.otlpGrpcPort,
    [labSettings.kafkaPort.variable]: published.kafkaPort,
    [labSettings.redisPort.variable]: published.redisPort,
  };
  const known = Object.entries(ports).flatMap(([name, port]) =>
    port === undefined ? [] : [[name, String(port)]],
  );
  return { ...Object.fromEntries(others), ...given, ...Object.fromEntries(known) };
}
