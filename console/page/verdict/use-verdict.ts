import { useEffect, useState } from "preact/hooks";
import type { WindowAnswer } from "../../api.ts";
import { readWindow } from "../live/api.ts";
import { lab } from "../live/lab.ts";
import { messageOf } from "../live/problem.ts";
import { useStore } from "../live/store.ts";

type Loaded = {
  /** The `about` of the request. */
  readonly about: string;
  readonly answer: WindowAnswer | undefined;
  readonly error: string | undefined;
};

export type Answered = Pick<Loaded, "answer" | "error"> & {
  /** The last answer about another time range, until this one is answered. */
  readonly earlier: WindowAnswer | undefined;
  readonly retry: () => void;
};

/** Minimum time between two requests for new deliveries. */
const refreshMs = 4000;

/**
 * The verdict of a time range; read again when there are new deliveries, or after a reconnect.
 *
 * @param windowOf the time range at the time of the request; undefined while there is none
 * @param about identifies the choice of time; changes when another one is chosen
 */
export function useVerdict(
  windowOf: () => { fromMs: number; toMs: number } | undefined,
  about: string,
): Answered {
  const [loaded, setLoaded] = useState<Loaded>({ about, answer: undefined, error: undefined });
  const [attempt, setAttempt] = useState(0);
  const bars = useStore(lab, (state) => state.bars);
  const connection = useStore(lab, (state) => state.connection);
  const isCurrent = loaded.about === about;
  useEffect(() => {
    const window = windowOf();
    if (!window) return;
    const stop = new AbortController();
    const request = () =>
      readWindow(window.fromMs, window.toMs, stop.signal).then(
        (answer) => setLoaded({ about, answer, error: undefined }),
        (thrown: unknown) => {
          if (!stop.signal.aborted) {
            const error = messageOf(thrown);
            setLoaded((known) => ({
              about,
              answer: known.about === about ? known.answer : undefined,
              error,
            }));
          }
        },
      );
    const timer = setTimeout(request, isCurrent && loaded.answer ? refreshMs : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [about, bars, connection, attempt]);
  return {
    answer: isCurrent ? loaded.answer : undefined,
    error: isCurrent ? loaded.error : undefined,
    earlier: isCurrent ? undefined : loaded.answer,
    retry: () => setAttempt((n) => n + 1),
  };
}
