import type { Context } from "../context.ts";

/** Only on a terminal, and not when NO_COLOR says so. */
export function hasColour({ out, env }: Context): boolean {
  return out.isTTY && !env["NO_COLOR"];
}
