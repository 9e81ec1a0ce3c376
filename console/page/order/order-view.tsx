import { useEffect, useMemo, useState } from "preact/hooks";
import { capital, durationOfMs } from "../../../core/format.ts";
import type { OrderAnswer } from "../../api.ts";
import { readOrder } from "../live/api.ts";
import { lab } from "../live/lab.ts";
import { messageOf } from "../live/problem.ts";
import { isKnownOrder } from "../live/sent-orders.ts";
import { useStore } from "../live/store.ts";
import { lanesHash } from "../shell/route.ts";
import { Loading, Note, Sentence } from "../text/messages.tsx";
import { Blockers } from "./blockers.tsx";
import { CausePatterns } from "./cause-patterns.tsx";
import { OrderTime } from "./order-time.tsx";
import { RowDetails } from "./row-details.tsx";
import { waterfallRows } from "./waterfall-rows.ts";

/** Until a stage has handled it: new spans may not change its row. */
const retryMs = 2000;

type Loaded = { readonly answer?: OrderAnswer; readonly error?: string };

/** One order, by its id or trace id. */
export function OrderView({ id }: { id: string }) {
  const [loaded, setLoaded] = useState<Loaded>({});
  const [attempt, setAttempt] = useState(0);
  // Its row is replaced whenever the order has changed.
  const row = useStore(lab, ({ orders }) => orders.get(loaded.answer?.order.id ?? id));
  const connection = useStore(lab, (state) => state.connection);
  const isKnown = useStore(lab, (state) => isKnownOrder(id, state));
  const isHandled = loaded.answer !== undefined && loaded.answer.deliveries.length > 0;
  useEffect(() => {
    const stop = new AbortController();
    readOrder(id, stop.signal).then(
      (answer) => setLoaded({ answer }),
      (error: unknown) => {
        // An old answer is better than none.
        if (!stop.signal.aborted)
          setLoaded(({ answer }) => (answer ? { answer } : { error: messageOf(error) }));
      },
    );
    return () => stop.abort();
  }, [id, row, connection, attempt]);
  useEffect(() => {
    if (isHandled || !(isKnown || row || loaded.answer)) return;
    const timer = setInterval(() => setAttempt((n) => n + 1), retryMs);
    return () => clearInterval(timer);
  }, [isHandled, isKnown, row === undefined, loaded.answer === undefined]);
  if (loaded.answer && isHandled) return <Order key={loaded.answer.order.id} answer={loaded.answer} />;
  if (row || loaded.answer || isKnown) {
    return (
      <>
        <h1>{capital(row?.name ?? loaded.answer?.order.name ?? "the order")}</h1>
        <Note title="Accepted; no stage has handled it yet">
          {row && <Sentence text={row.sentence} />} Its deliveries appear here a few seconds after a stage has
          handled it.
        </Note>
      </>
    );
  }
  if (loaded.error === undefined) return <Loading what="the order" />;
  return (
    <>
      <h1>Order not found</h1>
      <Note title="Nothing to show">
        {loaded.error}{" "}
        <button type="button" onClick={() => setAttempt((n) => n + 1)}>
          Try again
        </button>{" "}
        or see <a href="#/orders">all orders</a>.
      </Note>
    </>
  );
}

function Order({ answer }: { answer: OrderAnswer }) {
  const { order, originMs, jaegerUrl, usage } = answer;
  const rows = useMemo(() => waterfallRows(answer), [answer]);
  const [selected, setSelected] = useState<string>();
  const row = rows.find(({ id }) => id === selected);
  const from = originMs + order.fromAtNs / 1e6;
  return (
    <>
      <CausePatterns />
      <div class="head">
        <h1>{capital(order.name)}</h1>
        <p class="actions">
          <a class="button" href={lanesHash(order.id, { fromMs: from, toMs: originMs + order.toAtNs / 1e6 })}>
            Show in the lanes
          </a>
          {jaegerUrl !== undefined && isWebAddress(jaegerUrl) && (
            <a class="button" href={jaegerUrl} rel="noreferrer" target="_blank">
              Open in Jaeger
            </a>
          )}
        </p>
      </div>
      <p class="sentence">
        <Sentence text={order.sentence} />
      </p>
      <p class="small">
        {order.orderId !== undefined && (
          <>
            Order <code>{order.orderId}</code>,{" "}
          </>
        )}
        trace <code>{order.traceId}</code>, {durationOfMs(order.totalNs / 1e6)} in total:{" "}
        {durationOfMs(order.workNs / 1e6)} of work, {durationOfMs(order.waitNs / 1e6)} of waiting
      </p>
      <div class="order-body">
        <OrderTime rows={rows} usage={usage} selected={selected} select={setSelected} />
        <aside class="panel order-aside" aria-label="Details">
          {row ? <RowDetails row={row} /> : <Blockers answer={answer} />}
        </aside>
      </div>
    </>
  );
}

/** The link comes from a setting and could be anything. */
function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
}
