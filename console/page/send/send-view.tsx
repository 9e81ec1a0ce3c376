import { BurstState } from "./burst-state.tsx";
import { SendBurst } from "./send-burst.tsx";
import { SendOne } from "./send-one.tsx";

export function SendView() {
  return (
    <>
      <h1>Send</h1>
      <div class="two">
        <SendBurst />
        <SendOne />
      </div>
      <BurstState />
    </>
  );
}
