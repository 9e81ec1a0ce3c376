import { allSettings } from "./lab-config.ts";

/** How the table shows defaults that depend on the machine or are set by `./holdup start`. */
const onThisMachine: Readonly<Record<string, string>> = {
  HOLDUP_WORKER_THREADS: "cores, at least 2",
  HOLDUP_WORK_DIR: "`.holdup/work`",
  HOLDUP_JAEGER_LINK_URL: "`http://127.0.0.1:16686`; under `start` always the lab's",
  HOLDUP_API_URL: "`http://127.0.0.1:8080`; under `start` always the lab's",
  HOLDUP_RESTARTS: "`0`; under `start` the actual number",
  HOLDUP_INSTANCE: "host and pid; under `start` always service and number",
  HOLDUP_HEALTH_PORT: "`0`; under `start` always that",
  HOLDUP_TRACES_FILE: "`.holdup/data/traces.db`",
};

/** Every setting of the lab as a Markdown table, from the schemas that check them. */
export function settingsTable(): string {
  const lines = Object.values(allSettings).map(({ variable, initial, unit, does }) => {
    const shown = onThisMachine[variable] ?? `\`${initial}\``;
    return `| \`${variable}\` | ${shown} | ${unit} | ${does.replaceAll("|", "\\|")} |`;
  });
  return ["| variable | default | unit | what it does |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

if (import.meta.main) console.log(settingsTable());
