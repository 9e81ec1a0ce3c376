import { describe, expect, it } from "vitest";
import { configSchema, parseConfig } from "./config.ts";

describe("parseConfig", () => {
  it("has a default for everything, and takes an empty variable for unset", () => {
    expect(parseConfig({ HOLDUP_OTLP_PORT: "" })).toEqual({
      HOLDUP_HOST: "127.0.0.1",
      HOLDUP_OTLP_PORT: 4318,
      HOLDUP_JAEGER_PORT: 16_686,
      HOLDUP_TRACES_FILE: ".holdup/traces.sqlite",
      HOLDUP_TRACES_MAX_SPANS: 500_000,
      HOLDUP_TRACES_MAX_BODY_BYTES: 20_971_520,
    });
  });

  it("names every bad variable with its value and what would be right", () => {
    const env = { HOLDUP_OTLP_PORT: "99999", HOLDUP_TRACES_MAX_SPANS: "many" };
    expect(() => parseConfig(env)).toThrow(
      expect.objectContaining({
        code: "HOLDUP_CONFIG_INVALID",
        message: expect.stringMatching(
          /HOLDUP_OTLP_PORT="99999": expected a whole number from 0 to 65535\n.*HOLDUP_TRACES_MAX_SPANS="many": expected/,
        ),
      }),
    );
  });

  it("describes every knob and gives its unit", () => {
    for (const knob of Object.values(configSchema.shape)) {
      expect(knob.meta()).toMatchObject({
        description: expect.stringMatching(/\.$/),
        unit: expect.any(String),
      });
    }
  });
});
