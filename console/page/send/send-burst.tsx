import { useState } from "preact/hooks";
import { endBurst, sendBurst } from "../live/api.ts";
import { lab } from "../live/lab.ts";
import { messageOf } from "../live/problem.ts";
import { withEvent } from "../live/reduce.ts";
import { useStore } from "../live/store.ts";
import { ErrorMessage } from "../text/messages.tsx";
import { type BurstForm, readBurst, startForm } from "./burst-form.ts";
import { oneSevereAmongMedium } from "./forcing.ts";
import { ForcingFields } from "./forcing-fields.tsx";
import { NumberField } from "./number-field.tsx";

/** Seed of ./holdup demo: only order 2 draws severe work in processing. */
const demoSeed = "72767091";

export function SendBurst() {
  const [form, setForm] = useState<BurstForm>(startForm);
  const [error, setError] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  const burst = useStore(lab, (state) => state.burst);
  const isOrphaned = useStore(lab, (state) => state.isBurstOrphaned);
  const isUnderWay = burst !== undefined && !burst.ended && !isOrphaned;
  const set = (changed: Partial<BurstForm>) => setForm((known) => ({ ...known, ...changed }));
  const send = async (event: Event) => {
    event.preventDefault();
    setIsSending(true);
    setError(undefined);
    try {
      const started = await sendBurst(readBurst(form));
      lab.update((state) => withEvent(state, { event: "burst", data: started }, Date.now()));
    } catch (thrown) {
      setError(messageOf(thrown));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <section class="panel" aria-labelledby="send-burst">
      <h2 id="send-burst">A burst of orders</h2>
      <form class="form" onSubmit={send} onInvalidCapture={() => setError(undefined)}>
        <p class="presets">
          <button type="button" onClick={() => setForm({ ...startForm, forcings: oneSevereAmongMedium })}>
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
            label="Orders per second"
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
        <ForcingFields forcings={form.forcings} isBurst set={(forcings) => set({ forcings })} />
        <p class="actions">
          <button type="submit" class="primary" disabled={isSending || isUnderWay}>
            Send the burst
          </button>
          {isUnderWay && burst.sent < burst.count && (
            <button
              type="button"
              onClick={() => {
                setError(undefined);
                endBurst().catch((thrown: unknown) => setError(messageOf(thrown)));
              }}
            >
              Stop sending
            </button>
          )}
        </p>
        <ErrorMessage error={error} />
      </form>
    </section>
  );
}
