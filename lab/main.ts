import { dirname } from "node:path";
import { Command, CommanderError } from "commander";
import { HoldupError } from "../core/errors.ts";
import { escapeControls, escapeControlsInLines } from "../core/escape.ts";
import { benchCommand } from "./commands/bench.ts";
import { burstCommand } from "./commands/burst.ts";
import { demoCommand } from "./commands/demo.ts";
import { explainCommand } from "./commands/explain.ts";
import { logsCommand } from "./commands/logs.ts";
import { restartCommand } from "./commands/restart.ts";
import { scaleCommand } from "./commands/scale.ts";
import { startCommand } from "./commands/start.ts";
import { statsCommand } from "./commands/stats.ts";
import { statusCommand } from "./commands/status.ts";
import { stopCommand } from "./commands/stop.ts";
import { testCommand } from "./commands/test.ts";
import { createContext } from "./context.ts";
import { labSettings } from "./settings/lab-config.ts";
import { refuseUnknownVariables } from "./settings/unknown-variables.ts";

// A copy, because --port-offset sets its variable before a command reads the settings.
const env: NodeJS.ProcessEnv = { ...process.env };

const context = createContext({
  env,
  root: dirname(import.meta.dirname),
  out: process.stdout,
  error: process.stderr,
  asksForCompose: () => program.opts()["compose"] === true,
});

// `./holdup logs | head`: the reader has closed the pipe, which is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
  context.error.write(`The result cannot be written: ${escapeControls(error.message)}.\n`);
  process.exit(1);
});
// Progress is no longer read; the command continues.
process.stderr.on("error", () => {});

const program = new Command("holdup")
  .description(
    "An event-driven Kafka pipeline lab that shows which order held up which, for how long and why",
  )
  .option("--compose", "use the lab that Docker Compose runs")
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ outputError: (text, write) => write(escapeControlsInLines(text)) })
  .exitOverride()
  .hook("preAction", (_, command) => {
    const portOffset: unknown = command.opts()["portOffset"];
    if (typeof portOffset === "string") env[labSettings.portOffset.variable] = portOffset;
    refuseUnknownVariables(env);
  });

startCommand(program, context);
stopCommand(program, context);
statusCommand(program, context);
statsCommand(program, context);
logsCommand(program, context);
restartCommand(program, context);
scaleCommand(program, context);
burstCommand(program, context);
demoCommand(program, context);
explainCommand(program, context);
benchCommand(program, context);
testCommand(program, context);

const usageCodes: readonly string[] = [
  "HOLDUP_USAGE",
  "HOLDUP_JAEGER_URL_INVALID",
  "HOLDUP_JAEGER_QUERY_INVALID",
];

function exitCode(thrown: unknown): number {
  // commander has already printed the error; --help is not an error.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  if (!(thrown instanceof HoldupError)) throw thrown;
  context.error.write(`${escapeControlsInLines(thrown.message)}\n`);
  if (thrown.code === "HOLDUP_STOPPING") return 130;
  return usageCodes.includes(thrown.code) ? 2 : 1;
}

try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = exitCode(thrown);
}
