import { useState } from "preact/hooks";
import { endBurst, sendBurst } from "../live/api.ts";
import { lab } from "../live/lab.ts";
import { messageOf } from "../live/problem.ts";
import { withEvent } from "../live/reduce.ts";
import { useStore } from "../live/store.ts";
import { type BurstForm, readBurst, startForm } from "./burst-form.ts";
import { oneSevereAmongMedium } from "./forcing.ts";
import { ForcedWork } from "./forcing-fields.tsx";
import { NumberField } from "./number-field.tsx";

/** The demo: order 2 alone draws severe work in processing. */
const demoSeed = "72767091";

export function SendBurst() {
  const [form, setForm] = useState<BurstForm>(startForm);
  const [trouble, setTrouble] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  const burst = useStore(lab, (state) => state.burst);
  const isOrphaned = useStore(lab, (state) => state.isBurstOrphaned);
  const isUnderWay = burst !== undefined && !burst.ended && !isOrphaned;
  const set = (part: Partial<BurstForm>) => setForm((known) => ({ ...known, ...part }));
  const send = async (event: Event) => {
    event.preventDefault();
    setIsSending(true);
    setTrouble(undefined);
    try {
      const started = await sendBurst(readBurst(form));
      lab.update((state) => withEvent(state, { event: "burst", data: started }, Date.now()));
    } catch (error) {
      setTrouble(messageOf(error));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <section class="panel" aria-labelledby="send-burst">
      <h2 id="send-burst">A burst of orders</h2>
      <form class="form" onSubmit={send} onInvalidCapture={() => setTrouble(undefined)}>
        <p class="presets">
          <button type="button" onClick={() => setForm({ ...startForm, forced: oneSevereAmongMedium })}>
            One severe order among ten
          </button>
          <button type="button" onClick={() => setForm({ ...startForm, seed: demoSeed })}>
            The demo
          </button>
        </p>
        <div class="fields">
          <NumberField
            label="Orders"
            value={form.count}
            min={1}
            max={1000}
            required
            set={(count) => set({ count })}
          />
          <NumberField
            label="Orders a second"
            value={form.rate}
            min={0.1}
            max={100}
            step={0.1}
            set={(rate) => set({ rate })}
            placeholder="at once"
          />
          <NumberField
            label="Items"
            value={form.items}
            min={1}
            max={1000}
            set={(items) => set({ items })}
            placeholder="one each"
          />
          <NumberField
            label="Seed"
            value={form.seed}
            min={0}
            set={(seed) => set({ seed })}
            placeholder="random"
          />
        </div>
        <ForcedWork forced={form.forced} hasOrders set={(forced) => set({ forced })} />
        <p class="actions">
          <button type="submit" class="primary" disabled={isSending || isUnderWay}>
            Send the burst
          </button>
          {isUnderWay && burst.sent < burst.count && (
            <button
              type="button"
              onClick={() => {
                setTrouble(undefined);
                endBurst().catch((error: unknown) => setTrouble(messageOf(error)));
              }}
            >
              Stop sending
            </button>
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
