import { expect, it } from "vitest";
import { handled, offset, sent } from "../deliveries/spans.fixture.ts";
import { explain } from "../explain.ts";

it("counts only retried messages as retried", () => {
  const spans = [
    ...[1, 2].map((n) => sent({ id: "s", traceId: `t${n}`, at: 0, for: 0 })),
    handled({ id: "p1", traceId: "t1", parentSpanId: "s", at: 1, for: 1000, failed: true, facts: offset(1) }),
    handled({ id: "p2", traceId: "t1", parentSpanId: "s", at: 2000, for: 10, facts: offset(1) }),
    handled({ id: "p", traceId: "t2", parentSpanId: "s", at: 2010, for: 10, failed: true, facts: offset(2) }),
  ];
  const retries = explain(spans).problems.find((problem) => problem.class === "retries");
  expect(retries?.why).toBe(
    "1 message failed and had to be retried. The extra attempts and the time between attempts took 2.00 s.",
  );
});
