import { useEffect, useState } from "preact/hooks";
import type { WindowAnswer } from "../../api.ts";
import { askWindow } from "../live/api.ts";
import { lab } from "../live/lab.ts";
import { messageOf } from "../live/problem.ts";
import { useStore } from "../live/store.ts";

export type Asked = {
  readonly answer: WindowAnswer | undefined;
  readonly trouble: string | undefined;
};

/** Asks no oftener than this for what has become new. */
const renewMs = 4000;

/**
 * What explain says of a time; asked anew when there are new deliveries, or when the connection is there again.
 *
 * @param windowOf gives the time when it is asked; undefined while there is none
 * @param about changes when another time is meant
 */
export function useVerdict(
  windowOf: () => { fromMs: number; toMs: number } | undefined,
  about: string,
): Asked & { again: () => void } {
  const [asked, setAsked] = useState<Asked>({ answer: undefined, trouble: undefined });
  const [attempt, setAttempt] = useState(0);
  const bars = useStore(lab, (state) => state.bars);
  const connection = useStore(lab, (state) => state.connection);
  useEffect(() => setAsked({ answer: undefined, trouble: undefined }), [about]);
  useEffect(() => {
    const window = windowOf();
    if (!window) return;
    const stop = new AbortController();
    const ask = () =>
      askWindow(window.fromMs, window.toMs, stop.signal).then(
        (answer) => setAsked({ answer, trouble: undefined }),
        (error: unknown) => {
          if (!stop.signal.aborted) setAsked((known) => ({ ...known, trouble: messageOf(error) }));
        },
      );
    const timer = setTimeout(ask, asked.answer ? renewMs : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [about, bars, connection, attempt]);
  return { ...asked, again: () => setAttempt((n) => n + 1) };
}
