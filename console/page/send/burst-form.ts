import type { SendBurst } from "../../api.ts";
import { type Forced, formatForced } from "./forcing.ts";

/** What the form holds: texts, as people type them. */
export type BurstForm = {
  readonly count: string;
  readonly rate: string;
  readonly items: string;
  readonly seed: string;
  readonly forced: readonly Forced[];
};

export const startForm: BurstForm = { count: "10", rate: "2", items: "10", seed: "", forced: [] };

/** The burst that the form asks for; an empty field leaves the choice to the console. */
export function readBurst({ count, rate, items, seed, forced }: BurstForm): SendBurst {
  const number = (text: string) => (text.trim() === "" ? undefined : Number(text));
  const [ratePerSecond, itemCount, seedNumber] = [number(rate), number(items), number(seed)];
  return {
    count: Number(count),
    ...(ratePerSecond === undefined ? {} : { rate: ratePerSecond }),
    ...(itemCount === undefined ? {} : { items: itemCount }),
    ...(seedNumber === undefined ? {} : { seed: seedNumber }),
    ...(forced.length === 0 ? {} : { force: forced.map(formatForced) }),
  };
}
