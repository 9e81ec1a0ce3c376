import { z } from "zod";
import { HoldupError } from "./errors.ts";

export type Setting<T> = {
  readonly variable: string;
  readonly schema: z.ZodType<T, string>;
  /** Default as typed in the environment; "" without a default. */
  readonly initial: string;
  readonly unit: string;
  readonly does: string;
};

/** One setting: its variable, check, default (as typed), unit, and what it does to the pipeline. */
export function setting<T>(
  variable: string,
  schema: z.ZodType<T, string>,
  initial: string | number,
  unit: string,
  does: string,
): Setting<T> {
  return { variable, schema, initial: String(initial), unit, does };
}

/** A setting without a default: undefined while its variable is unset. */
export function optionalSetting<T>(
  variable: string,
  schema: z.ZodType<T, string>,
  unit: string,
  does: string,
): Setting<T | undefined> {
  return { variable, schema, initial: "", unit, does };
}

/** A decimal number from `min` to `max`, both included. */
export function number(min: number, max: number): z.ZodType<number, string> {
  const says = `a number from ${min} to ${max}`;
  return z
    .string()
    .trim()
    .regex(/^\d+(\.\d+)?$/, says)
    .transform(Number)
    .refine((n) => n >= min && n <= max, says);
}

/** A whole number from `min` to `max`, both included. */
export function whole(min: number, max: number): z.ZodType<number, string> {
  const says = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .trim()
    .regex(/^\d+$/, says)
    .transform(Number)
    .refine((n) => n >= min && n <= max, says);
}

export const port = whole(0, 65_535);
export const text = z.string().trim().min(1, "text that is not empty");

/** A URL with one of the protocols, each written as `http:`. */
export function url(protocols: readonly string[]): z.ZodType<string, string> {
  const says = `a URL that starts with ${protocols.map((p) => `${p}//`).join(" or ")}`;
  return text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), says);
}

/**
 * Reads settings from environment variables; an unset or empty variable has its default.
 *
 * @throws HoldupError HOLDUP_CONFIG_INVALID, one message with every bad variable, its value and what is expected
 */
export function readSettings<S extends Record<string, Setting<unknown>>>(
  from: S,
  env: Readonly<Record<string, string | undefined>>,
): { readonly [K in keyof S]: z.output<S[K]["schema"]> } {
  const wrong: string[] = [];
  const entries = Object.entries(from).map(([name, { variable, schema, initial }]) => {
    const given = env[variable];
    const typed = given === undefined || given.trim() === "" ? initial : given;
    if (typed === "") return [name, undefined];
    const parsed = schema.safeParse(typed);
    if (!parsed.success) {
      wrong.push(
        `${variable}=${given ?? initial}: expected ${parsed.error.issues[0]?.message ?? "another value"}`,
      );
    }
    return [name, parsed.data];
  });
  if (wrong.length > 0) {
    throw new HoldupError("HOLDUP_CONFIG_INVALID", `Settings to correct:\n  ${wrong.join("\n  ")}`);
  }
  // The loop above parsed each entry with its own schema, which is what the mapped type says.
  return Object.freeze(Object.fromEntries(entries)) as { readonly [K in keyof S]: z.output<S[K]["schema"]> };
}
