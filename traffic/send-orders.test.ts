import { describe, expect, it } from "vitest";
import type { Clock } from "./clock.ts";
import { sendOrders } from "./send-orders.ts";

/** A clock that advances only by the requested sleeps. */
function createManualClock(): Clock {
  let atMs = 1000;
  return {
    nowMs: () => atMs,
    sleep: async (ms) => {
      atMs += ms;
    },
  };
}

const tenASecond = Array.from({ length: 5 }, (_, index) => ({ number: index + 1, intendedMs: index * 100 }));

function startSending(options: { maxInFlight: number; clock?: Clock; signal?: AbortSignal }) {
  const { clock = createManualClock(), signal = new AbortController().signal } = options;
  const startMs = clock.nowMs();
  const sent: { number: number; atMs: number; answer: () => void }[] = [];
  const sending = sendOrders(tenASecond, {
    clock,
    startMs,
    maxInFlight: options.maxInFlight,
    signal,
    send: ({ number }) =>
      new Promise((resolve) => {
        sent.push({ number, atMs: clock.nowMs() - startMs, answer: resolve });
        signal.addEventListener("abort", () => resolve());
      }),
  });
  return { sending, sent };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

describe("sendOrders", () => {
  it("sends each order at its intended time although none has been answered", async () => {
    const { sending, sent } = startSending({ maxInFlight: 256 });
    await turns(50);
    expect(sent.map(({ number, atMs }) => [number, atMs])).toEqual([
      [1, 0],
      [2, 100],
      [3, 200],
      [4, 300],
      [5, 400],
    ]);
    for (const { answer } of sent) answer();
    await sending;
  });

  it("keeps at most `maxInFlight` orders in flight and sends the next with the first answer", async () => {
    const { sending, sent } = startSending({ maxInFlight: 2 });
    await turns(50);
    expect(sent.map(({ number }) => number)).toEqual([1, 2]);
    sent[1]?.answer();
    await turns(10);
    expect(sent.map(({ number }) => number)).toEqual([1, 2, 3]);
    for (let answered = 0; answered < sent.length; answered += 1) {
      sent[answered]?.answer();
      await turns(10);
    }
    await sending;
    expect(sent.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  });

  it("sends nothing more once the signal aborts", async () => {
    const controller = new AbortController();
    const { sending, sent } = startSending({ maxInFlight: 2, signal: controller.signal });
    await turns(50);
    controller.abort();
    await sending;
    expect(sent.map(({ number }) => number)).toEqual([1, 2]);
  });

  it("sends orders that became due while the process was busy at once, without spacing", async () => {
    const manual = createManualClock();
    const clock: Clock = { nowMs: manual.nowMs, sleep: () => manual.sleep(250) };
    const { sending, sent } = startSending({ maxInFlight: 256, clock });
    await turns(50);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 250, 250, 500, 500]);
    for (const { answer } of sent) answer();
    await sending;
  });
});
