/** Simulated time. Events run in order; those of the same moment run in the order in which they were scheduled. */
export function createClock() {
  type Event = { readonly atNs: number; readonly nth: number; readonly action: () => void };
  const heap: Event[] = [];
  let scheduled = 0;
  let nowNs = 0;
  const before = (a: Event, b: Event) => a.atNs < b.atNs || (a.atNs === b.atNs && a.nth < b.nth);

  function push(event: Event): void {
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || before(above, event)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  function pop(): Event | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const [child, next] = right && left && before(right, left) ? [right, 2 * at + 2] : [left, 2 * at + 1];
      if (!child || before(last, child)) break;
      heap[at] = child;
      at = next;
    }
    heap[at] = last;
    return top;
  }

  return {
    now: () => nowNs,
    /** Schedules an event; a moment in the past counts as now. */
    at(atNs: number, action: () => void): void {
      push({ atNs: Math.max(atNs, nowNs), nth: scheduled, action });
      scheduled += 1;
    },
    /** Runs all events; `afterMoment` is called after the last event of each moment. */
    run(afterMoment: () => void): void {
      for (let event = pop(); event; event = pop()) {
        nowNs = event.atNs;
        event.action();
        if ((heap[0]?.atNs ?? Number.POSITIVE_INFINITY) > nowNs) afterMoment();
      }
    },
  };
}

export type Clock = ReturnType<typeof createClock>;
