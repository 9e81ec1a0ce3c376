import { expect, it } from "vitest";
import { changedSettings, settingsIn } from "./changed-settings.ts";

it("keeps only the variables that configure a lab", () => {
  const env = {
    PATH: "/bin",
    HOLDUP_STATE_DIR: "x",
    HOLDUP_HOST: " ",
    HOLDUP_PARTITIONS: "6",
    OTEL_SDK_DISABLED: "true",
  };
  expect(settingsIn(env)).toEqual({ HOLDUP_PARTITIONS: "6", OTEL_SDK_DISABLED: "true" });
});

it("names what was changed, set or unset", () => {
  const before = { HOLDUP_PARTITIONS: "3", HOLDUP_HOST: "::", HOLDUP_ORDER_KEY: "item" };
  const env = {
    HOLDUP_PARTITIONS: "6",
    HOLDUP_ORDER_KEY: "item",
    OTEL_SDK_DISABLED: "true",
    HOLDUP_STATE_DIR: "y",
  };
  expect(changedSettings(before, env)).toEqual(["HOLDUP_HOST", "HOLDUP_PARTITIONS", "OTEL_SDK_DISABLED"]);
  expect(changedSettings(before, before)).toEqual([]);
});
