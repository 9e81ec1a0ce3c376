import { useEffect, useState } from "preact/hooks";
import type { WindowAnswer } from "../../api.ts";
import { askWindow } from "../live/api.ts";
import { lab } from "../live/lab.ts";
import { messageOf } from "../live/problem.ts";
import { useStore } from "../live/store.ts";

type Asked = {
  /** What was meant when it was asked. */
  readonly about: string;
  readonly answer: WindowAnswer | undefined;
  readonly trouble: string | undefined;
};

export type Answered = Pick<Asked, "answer" | "trouble"> & {
  /** The last answer about another time, while there is none about this one. */
  readonly earlier: WindowAnswer | undefined;
  readonly again: () => void;
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
): Answered {
  const [asked, setAsked] = useState<Asked>({ about, answer: undefined, trouble: undefined });
  const [attempt, setAttempt] = useState(0);
  const bars = useStore(lab, (state) => state.bars);
  const connection = useStore(lab, (state) => state.connection);
  const isOfThis = asked.about === about;
  useEffect(() => {
    const window = windowOf();
    if (!window) return;
    const stop = new AbortController();
    const ask = () =>
      askWindow(window.fromMs, window.toMs, stop.signal).then(
        (answer) => setAsked({ about, answer, trouble: undefined }),
        (error: unknown) => {
          if (!stop.signal.aborted) {
            const trouble = messageOf(error);
            setAsked((known) => ({
              about,
              answer: known.about === about ? known.answer : undefined,
              trouble,
            }));
          }
        },
      );
    const timer = setTimeout(ask, isOfThis && asked.answer ? renewMs : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [about, bars, connection, attempt]);
  return {
    answer: isOfThis ? asked.answer : undefined,
    trouble: isOfThis ? asked.trouble : undefined,
    earlier: isOfThis ? undefined : asked.answer,
    again: () => setAttempt((n) => n + 1),
  };
}
