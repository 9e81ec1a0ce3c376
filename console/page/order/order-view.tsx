import { useEffect, useMemo, useState } from "preact/hooks";
import { capital, durationOfMs } from "../../../core/words.ts";
import type { OrderAnswer } from "../../api.ts";
import { askOrder } from "../live/api.ts";
import { lab } from "../live/lab.ts";
import { messageOf } from "../live/problem.ts";
import { isAccepted } from "../live/sent-orders.ts";
import { useStore } from "../live/store.ts";
import { lanesHash } from "../shell/route.ts";
import { Loading, Note, Sentence } from "../text/messages.tsx";
import { Blockers } from "./blockers.tsx";
import { CausePatterns } from "./cause-patterns.tsx";
import { OrderTime } from "./order-time.tsx";
import { RowDetails } from "./row-details.tsx";
import { waterfallRows } from "./waterfall-rows.ts";

/** While no stage has handled it: what comes of it may not change its row. */
const againMs = 2000;

type Asked = { readonly answer?: OrderAnswer; readonly trouble?: string };

/** One order; `id` is its own or its trace's. */
export function OrderView({ id }: { id: string }) {
  const [asked, setAsked] = useState<Asked>({});
  const [attempt, setAttempt] = useState(0);
  // Its row is replaced when something new is known of it.
  const row = useStore(lab, ({ orders }) => orders.get(asked.answer?.order.id ?? id));
  const connection = useStore(lab, (state) => state.connection);
  const isKnown = useStore(lab, (state) => isAccepted(id, state));
  const isHandled = asked.answer !== undefined && asked.answer.deliveries.length > 0;
  useEffect(() => {
    const stop = new AbortController();
    askOrder(id, stop.signal).then(
      (answer) => setAsked({ answer }),
      (error: unknown) => {
        // What was there is better than nothing.
        if (!stop.signal.aborted)
          setAsked(({ answer }) => (answer ? { answer } : { trouble: messageOf(error) }));
      },
    );
    return () => stop.abort();
  }, [id, row, connection, attempt]);
  useEffect(() => {
    if (isHandled || !(isKnown || row || asked.answer)) return;
    const timer = setInterval(() => setAttempt((n) => n + 1), againMs);
    return () => clearInterval(timer);
  }, [isHandled, isKnown, row === undefined, asked.answer === undefined]);
  if (asked.answer && isHandled) return <Order key={asked.answer.order.id} answer={asked.answer} />;
  if (row || asked.answer || isKnown) {
    return (
      <>
        <h1>{capital(row?.name ?? asked.answer?.order.name ?? "the order")}</h1>
        <Note title="Accepted; no stage has handled it yet">
          {row && <Sentence text={row.sentence} />} Its course shows here by itself, a few seconds after a
          stage has handled it.
        </Note>
      </>
    );
  }
  if (asked.trouble === undefined) return <Loading what="the order" />;
  return (
    <>
      <h1>Order not found</h1>
      <Note title="There is nothing to show">
        {asked.trouble}{" "}
        <button type="button" onClick={() => setAttempt((n) => n + 1)}>
          Ask again
        </button>{" "}
        or look at <a href="#/orders">all orders</a>.
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
        trace <code>{order.traceId}</code>, {durationOfMs(order.totalNs / 1e6)} in all:{" "}
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

/** A link from elsewhere may be anything. */
function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
}
