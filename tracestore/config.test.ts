import { describe, expect, it } from "vitest";
import { readConfig, traceSettings } from "./config.ts";

describe("the trace store's settings", () => {
  it("all have a default except the console, and treat an empty variable as unset", () => {
    expect(readConfig({ HOLDUP_OTLP_PORT: "" })).toEqual({
      host: "127.0.0.1",
      otlpPort: 4318,
      jaegerPort: 16_686,
      consoleUrl: undefined,
      file: ".holdup/traces.sqlite",
      maxSpans: 500_000,
      maxBodyBytes: 20_971_520,
    });
  });

  it("list every bad variable with its value and what is expected", () => {
    const env = { HOLDUP_OTLP_PORT: "99999", HOLDUP_TRACES_MAX_SPANS: "many", HOLDUP_CONSOLE_URL: "ftp://x" };
    expect(() => readConfig(env)).toThrow(
      expect.objectContaining({
        code: "HOLDUP_CONFIG_INVALID",
        message: expect.stringMatching(
          /HOLDUP_OTLP_PORT=99999: expected a whole number from 0 to 65535\n.*HOLDUP_CONSOLE_URL=ftp:\/\/x: expected a URL that starts with http:\/\/ or https:\/\/\n.*HOLDUP_TRACES_MAX_SPANS=many: expected/,
        ),
      }),
    );
  });

  it("each have a unit and say what they do", () => {
    for (const { does, unit } of Object.values(traceSettings)) {
      expect(does).toMatch(/\.$/);
      expect(unit).not.toBe("");
    }
  });
});
