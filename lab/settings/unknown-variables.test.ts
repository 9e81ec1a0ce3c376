import { expect, it } from "vitest";
import { refuseUnknownVariables } from "./unknown-variables.ts";

it("refuses a misspelt setting and suggests the nearest one", () => {
  expect(() => refuseUnknownVariables({ HOLDUP_PARTITION: "4" })).toThrow(
    /HOLDUP_PARTITION: did you mean HOLDUP_PARTITIONS\?/,
  );
});

it("names every unknown setting, also one that resembles no other", () => {
  const env = { HOLDUP_KAKFA_PORT: "1", HOLDUP_QQQQQQQQQQQQQQQQQ: "1" };
  expect(() => refuseUnknownVariables(env)).toThrow(
    /HOLDUP_KAKFA_PORT: did you mean HOLDUP_KAFKA_PORT\?[\s\S]*HOLDUP_QQQQQQQQQQQQQQQQQ: no such setting/,
  );
});

it("accepts the settings of services, lab and trace store, and ignores other variables", () => {
  const env = { HOLDUP_API_PORT: "1", HOLDUP_PORT_OFFSET: "1", HOLDUP_TRACES_MAX_SPANS: "1", PATH: "/bin" };
  expect(() => refuseUnknownVariables(env)).not.toThrow();
});
