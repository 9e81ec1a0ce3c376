import { useState } from "preact/hooks";
import type { SentOrder } from "../../api.ts";
import { sendOrder } from "../live/api.ts";
import { messageOf } from "../live/problem.ts";
import { rememberSent } from "../live/sent-orders.ts";
import { orderHash } from "../shell/route.ts";
import { type Forced, workloadOf } from "./forcing.ts";
import { ForcedWork } from "./forcing-fields.tsx";
import { NumberField } from "./number-field.tsx";

/** As the order API takes it. */
const longestItem = 100;

export function SendOne() {
  const [item, setItem] = useState("book");
  const [quantity, setQuantity] = useState("1");
  const [seed, setSeed] = useState("");
  const [forced, setForced] = useState<readonly Forced[]>([]);
  const [sent, setSent] = useState<SentOrder>();
  const [trouble, setTrouble] = useState<string>();
  /** Also when the browser refuses a field: what is said of an earlier try would stand beside its word. */
  const forget = () => {
    setTrouble(undefined);
    setSent(undefined);
  };
  const send = async (event: Event) => {
    event.preventDefault();
    forget();
    try {
      const accepted = await sendOrder({
        item,
        quantity: Number(quantity),
        ...(seed.trim() === "" ? {} : { seed: Number(seed) }),
        ...(forced.length === 0 ? {} : { workload: workloadOf(forced) }),
      });
      rememberSent(accepted.orderId);
      setSent(accepted);
    } catch (error) {
      setTrouble(messageOf(error));
    }
  };
  return (
    <section class="panel" aria-labelledby="send-one">
      <h2 id="send-one">One order</h2>
      <form class="form" onSubmit={send} onInvalidCapture={forget}>
        <div class="fields">
          <label>
            Item, at most {longestItem} characters
            <input
              value={item}
              required
              maxLength={longestItem}
              onInput={({ currentTarget }) => setItem(currentTarget.value)}
            />
          </label>
          <NumberField label="Quantity" value={quantity} min={1} required set={setQuantity} />
          <NumberField label="Seed" value={seed} min={0} set={setSeed} placeholder="random" />
        </div>
        <ForcedWork forced={forced} hasOrders={false} set={setForced} />
        <p class="actions">
          <button type="submit">Send the order</button>
        </p>
        <p role="status">
          {sent && (
            <>
              Accepted. <a href={orderHash(sent.orderId)}>Follow the order</a>; its page shows what is known
              as soon as a stage has handled it.
            </>
          )}
        </p>
        {trouble !== undefined && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
      </form>
    </section>
  );
}
