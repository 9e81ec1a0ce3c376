import { InvalidArgumentError, Option } from "commander";
import { labSettings } from "../settings/lab-config.ts";

/** `--port-offset`, of the commands that may start a lab. */
export function portOffsetOption(): Option {
  return new Option(
    "--port-offset <n>",
    "add this to every port (default: HOLDUP_PORT_OFFSET or 0)",
  ).argParser((text: string) => {
    if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("It is a whole number, such as 100.");
    return text;
  });
}

/** The environment with all ports moved, when that is asked for. */
export function movedBy(offset: string | undefined, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return offset === undefined ? env : { ...env, [labSettings.portOffset.variable]: offset };
}
