import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { causes } from "../../../explain/causes.ts";
import { intensityNames } from "../lanes/intensity.ts";
import { lab, labNowMs } from "../live/lab.ts";
import { createStore, useStore } from "../live/store.ts";
import { clock } from "../text/format.ts";
import { Loading, Note } from "../text/messages.tsx";
import { filterOrders, noFilter, type OrderFilter, orderStates } from "./filter.ts";
import { OrderLine, OrdersLegend } from "./order-line.tsx";
import { pipelineStages } from "./stage-states.ts";
import { visibleRows } from "./virtual-rows.ts";

const rowHeight = 44;

/** Kept while other views are open. */
const filters = createStore(noFilter);

export function OrdersView() {
  const orders = useStore(lab, (state) => state.orders);
  const isRead = useStore(lab, ({ window }) => window !== undefined);
  const numbersFromMs = useStore(lab, ({ window }) => window?.numbersFromMs);
  const filter = useStore(filters);
  const pipeline = useStore(lab, (state) => state.pipeline);
  // The time of the last event: it advances once a second, and stops when the connection is lost.
  const nowMs = pipeline?.atMs ?? labNowMs();
  const found = useMemo(
    () => filterOrders(orders.values(), filter, nowMs),
    [orders, filter, filter.minMs > 0 ? nowMs : 0],
  );
  return (
    <>
      <div class="head">
        <h1>Orders</h1>
        <p class="small" role="status">
          {found.length === orders.size ? `${orders.size}` : `${found.length} of ${orders.size}`} in the last
          15 minutes
          {numbersFromMs !== undefined &&
            `; numbered from ${clock(numbersFromMs)} on, earlier orders are named by their ids`}
        </p>
      </div>
      <Filters filter={filter} />
      {found.length > 0 && (
        <>
          <OrdersLegend />
          <OrderTable found={found} pipeline={pipelineStages(pipeline)} nowMs={nowMs} />
        </>
      )}
      {orders.size === 0 && !isRead && <Loading what="the orders of the last 15 minutes" />}
      {orders.size === 0 && isRead && (
        <Note title="No orders yet">
          <a href="#/send">Send one</a>, or run <code>./holdup demo</code>. Orders appear here as they are
          sent.
        </Note>
      )}
      {orders.size > 0 && found.length === 0 && (
        <Note title="No order matches">
          <button type="button" onClick={() => filters.set(noFilter)}>
            Show all {orders.size}
          </button>
        </Note>
      )}
    </>
  );
}

function Filters({ filter }: { filter: OrderFilter }) {
  const set = (change: Partial<OrderFilter>) => filters.update((known) => ({ ...known, ...change }));
  return (
    <search class="filters">
      <label>
        Search
        <input
          type="search"
          value={filter.text}
          placeholder="order 2, item or id"
          onInput={({ currentTarget }) => set({ text: currentTarget.value })}
        />
      </label>
      <Choice label="State" value={filter.state} of={orderStates} set={(state) => set({ state })} />
      <Choice label="Cause of waiting" value={filter.cause} of={causes} set={(cause) => set({ cause })} />
      <Choice
        label="Intensity"
        value={filter.intensity}
        of={intensityNames.slice(1)}
        set={(intensity) => set({ intensity })}
      />
      <label>
        Takes at least
        <span class="with-unit">
          <input
            type="number"
            min="0"
            step="0.5"
            value={filter.minMs === 0 ? "" : filter.minMs / 1000}
            onInput={({ currentTarget }) =>
              set({ minMs: Math.max(0, Number(currentTarget.value) || 0) * 1000 })
            }
          />
          s
        </span>
      </label>
    </search>
  );
}

function Choice(props: {
  label: string;
  value: string;
  of: readonly string[];
  set: (value: string) => void;
}) {
  return (
    <label>
      {props.label}
      <select value={props.value} onChange={({ currentTarget }) => props.set(currentTarget.value)}>
        <option value="">any</option>
        {props.of.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Thousands of orders; only the rows in view are rendered. */
function OrderTable({
  found,
  pipeline,
  nowMs,
}: {
  found: ReturnType<typeof filterOrders>;
  pipeline: readonly string[];
  nowMs: number;
}) {
  const box = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const update = () => setSeen({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener("scroll", update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", update);
    };
  }, []);
  const { from, to, before, after } = visibleRows(found.length, rowHeight, seen.top, seen.height);
  const longestMs = Math.max(...found.map(({ totalMs }) => totalMs), 1);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="orders-table" ref={box} aria-label="Orders" tabIndex={0}>
      <table aria-rowcount={found.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Order</th>
            <th scope="col">Item</th>
            <th scope="col">Sent</th>
            <th scope="col">Stages</th>
            <th scope="col">Total</th>
            <th scope="col" class="wide">
              Work and waiting
            </th>
            <th scope="col">Held up most by</th>
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Spacer height={before} />}
          {found.slice(from, to).map((order, n) => (
            <OrderLine
              key={order.id}
              order={order}
              index={from + n + 2}
              longestMs={longestMs}
              pipeline={pipeline}
              nowMs={nowMs}
            />
          ))}
          {after > 0 && <Spacer height={after} />}
        </tbody>
      </table>
    </section>
  );
}

function Spacer({ height }: { height: number }) {
  return (
    <tr>
      <td colSpan={7} class="spacer" style={{ height: `${height}px` }} />
    </tr>
  );
}
