import { useState } from "preact/hooks";
import type { SentOrder } from "../../api.ts";
import { sendOrder } from "../live/api.ts";
import { messageOf } from "../live/problem.ts";
import { rememberSentOrder } from "../live/sent-orders.ts";
import { orderHash } from "../shell/route.ts";
import { ErrorMessage } from "../text/messages.tsx";
import { type Forcing, workloadOf } from "./forcing.ts";
import { ForcingFields } from "./forcing-fields.tsx";
import { NumberField } from "./number-field.tsx";

/** Limit of the order API. */
const maxItemLength = 100;

export function SendOne() {
  const [item, setItem] = useState("book");
  const [quantity, setQuantity] = useState("1");
  const [seed, setSeed] = useState("");
  const [forcings, setForcings] = useState<readonly Forcing[]>([]);
  const [sent, setSent] = useState<SentOrder>();
  const [error, setError] = useState<string>();
  /** Also when the browser rejects a field: the result of an earlier try would confuse. */
  const reset = () => {
    setError(undefined);
    setSent(undefined);
  };
  const send = async (event: Event) => {
    event.preventDefault();
    reset();
    try {
      const accepted = await sendOrder({
        item,
        quantity: Number(quantity),
        ...(seed.trim() === "" ? {} : { seed: Number(seed) }),
        ...(forcings.length === 0 ? {} : { workload: workloadOf(forcings) }),
      });
      rememberSentOrder(accepted.orderId);
      setSent(accepted);
    } catch (thrown) {
      setError(messageOf(thrown));
    }
  };
  return (
    <section class="panel" aria-labelledby="send-one">
      <h2 id="send-one">One order</h2>
      <form class="form" onSubmit={send} onInvalidCapture={reset}>
        <div class="fields">
          <label>
            Item, at most {maxItemLength} characters
            <input
              value={item}
              required
              maxLength={maxItemLength}
              onInput={({ currentTarget }) => setItem(currentTarget.value)}
            />
          </label>
          <NumberField label="Quantity" value={quantity} min={1} required set={setQuantity} />
          <NumberField label="Seed" value={seed} min={0} set={setSeed} placeholder="random" />
        </div>
        <ForcingFields forcings={forcings} isBurst={false} set={setForcings} />
        <p class="actions">
          <button type="submit">Send the order</button>
        </p>
        <p role="status">
          {sent && (
            <>
              Accepted. <a href={orderHash(sent.orderId)}>Follow the order</a>. Its page shows its deliveries
              once a stage has handled it.
            </>
          )}
        </p>
        <ErrorMessage error={error} />
      </form>
    </section>
  );
}
