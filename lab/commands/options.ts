import { InvalidArgumentError, Option } from "commander";

/** `--port-offset`, for commands that may start a lab; main.ts adds it to the settings. */
export function portOffsetOption(): Option {
  return new Option(
    "--port-offset <n>",
    "add this to every port (default: HOLDUP_PORT_OFFSET or 0)",
  ).argParser((text: string) => String(wholeNumber(5, 100)(text)));
}

/** Parses an option or argument that is a whole number of at most `maxDigits` digits; `example` is for its error message. */
export function wholeNumber(maxDigits: number, example: number): (text: string) => number {
  return (text) => {
    if (!/^\d+$/.test(text) || text.length > maxDigits)
      throw new InvalidArgumentError(`Expected a whole number, such as ${example}.`);
    return Number(text);
  };
}
