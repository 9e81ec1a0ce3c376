import { dirname } from "node:path";
import { Command } from "commander";
import { runProgram, withOwnErrors } from "../core/command-line.ts";
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

const program = withOwnErrors(new Command("holdup"))
  .description(
    "An event-driven Kafka pipeline lab that shows which order held up which, for how long and why",
  )
  .option("--compose", "use the lab that Docker Compose runs")
  .configureHelp({ showGlobalOptions: true })
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

await runProgram(program, context);
