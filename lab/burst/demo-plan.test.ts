import { expect, it } from "vitest";
import { burstOrderSeed } from "../../shared/pipeline/seed.ts";
import { type OperationSpan, services } from "../../shared/pipeline/stages.ts";
import type { Profile } from "../../shared/pipeline/workload-names.ts";
import { readConfig } from "../../shared/settings.ts";
import { planOrders } from "../../traffic/order-plan.ts";
import { choose } from "../../workloads/choose.ts";
import { demoPlan, severeOrder } from "./demo-plan.ts";

const { profiles } = readConfig({});
const orders = planOrders(demoPlan, burstOrderSeed);

function draws(profile: Profile, span: OperationSpan) {
  return orders.map(({ number, seed }) => ({ number, ...choose({ profile, span, seed, scale: 1 }) }));
}

it("draws severe work in processing for one early order only, and that is CPU work", () => {
  const processing = [
    ...draws(profiles["processing-service"], "data_transformation"),
    ...draws(profiles["processing-service"], "business_logic"),
  ];
  const severe = processing.filter(({ intensity }) => intensity === "severe");
  expect(severe).toMatchObject([{ number: severeOrder, operation: "extreme_cpu_computation" }]);
});

it("draws nothing severe in the other services, and few heavy operations in all", () => {
  const rest = services
    .filter(({ service }) => service !== "processing-service")
    .flatMap(({ service, operationSpans }) =>
      operationSpans.flatMap((span) => draws(profiles[service], span)),
    );
  expect(rest.filter(({ intensity }) => intensity === "severe")).toEqual([]);
  const processing = [
    ...draws(profiles["processing-service"], "data_transformation"),
    ...draws(profiles["processing-service"], "business_logic"),
  ];
  const heavy = [...rest, ...processing].filter(({ intensity }) => intensity === "heavy");
  expect(heavy.length).toBeLessThanOrEqual(9);
});
