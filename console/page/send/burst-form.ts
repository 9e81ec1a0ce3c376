import type { SendBurst } from "../../api.ts";
import { type Forcing, formatForcing } from "./forcing.ts";

/** The values of the form, as typed. */
export type BurstForm = {
  readonly count: string;
  readonly rate: string;
  readonly items: string;
  readonly seed: string;
  readonly forcings: readonly Forcing[];
};

export const startForm: BurstForm = { count: "10", rate: "2", items: "10", seed: "", forcings: [] };

/** The burst of the form; empty fields are left out, so that the console uses its defaults. */
export function readBurst({ count, rate, items, seed, forcings }: BurstForm): SendBurst {
  const number = (text: string) => (text.trim() === "" ? undefined : Number(text));
  const [ratePerSecond, itemCount, seedNumber] = [number(rate), number(items), number(seed)];
  return {
    count: Number(count),
    ...(ratePerSecond === undefined ? {} : { rate: ratePerSecond }),
    ...(itemCount === undefined ? {} : { items: itemCount }),
    ...(seedNumber === undefined ? {} : { seed: seedNumber }),
    ...(forcings.length === 0 ? {} : { force: forcings.map(formatForcing) }),
  };
}
