import { describe, expect, it } from "vitest";
import { HoldupError } from "../core/errors.ts";
import { readConfig } from "./settings.ts";

function failureOf(env: Record<string, string>): HoldupError {
  try {
    readConfig(env);
  } catch (thrown) {
    if (thrown instanceof HoldupError) return thrown;
  }
  throw new Error("the settings were accepted");
}

describe("settings", () => {
  it("each have a default that passes its own check", () => {
    const config = readConfig({});
    expect(config.kafkaBrokers).toEqual(["127.0.0.1:29092"]);
    expect(config.profiles["processing-service"]).toEqual({
      cpu: 70,
      io: 30,
      intensities: ["medium", "heavy", "severe"],
    });
  });

  it("treat an empty variable as unset", () => {
    expect(readConfig({ HOLDUP_PARTITIONS: "" }).partitions).toBe(3);
  });

  it("cannot be changed once read", () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  it("are refused all at once, each with its value and what is expected", () => {
    const error = failureOf({
      HOLDUP_PARTITIONS: "three",
      HOLDUP_ORDER_KEY: "customer",
      HOLDUP_REDIS_URL: "localhost:6379",
      HOLDUP_KAFKA_BROKERS: "localhost",
      HOLDUP_PROFILE_API: "40:60:tiny",
    });
    expect(error.code).toBe("HOLDUP_CONFIG_INVALID");
    expect(error.message.split("\n").slice(1)).toEqual([
      "  HOLDUP_KAFKA_BROKERS=localhost: expected host:port, several separated by commas",
      "  HOLDUP_REDIS_URL=localhost:6379: expected a URL that starts with redis:// or rediss://",
      "  HOLDUP_PARTITIONS=three: expected a whole number from 1 to 1000",
      "  HOLDUP_ORDER_KEY=customer: expected item or order",
      "  HOLDUP_PROFILE_API=40:60:tiny: expected CPU:I/O:intensities, such as 70:30:medium,heavy (intensities: light, medium, heavy, severe)",
    ]);
  });

  it.each(["0", "1001", "2.5", "-1", "1e3", "NaN", " "])(
    "refuses %j partitions; a blank value means the default",
    (value) => {
      if (value.trim() === "") expect(readConfig({ HOLDUP_PARTITIONS: value }).partitions).toBe(3);
      else expect(failureOf({ HOLDUP_PARTITIONS: value }).message).toContain("a whole number from 1 to 1000");
    },
  );

  it("refuses a profile that draws no work", () => {
    expect(failureOf({ HOLDUP_PROFILE_API: "0:0:light" }).message).toContain("above 0");
  });
});
