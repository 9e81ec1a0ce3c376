import { aboutCause, isProblemCause, type ProblemCause } from "./causes.ts";
import type { ProblemClass } from "./explanation.ts";

type ProblemText = { readonly title: string; readonly meaning: string };

/** Classes of problems that are not causes; `aboutCause` has the texts of those that are. */
const texts: Readonly<Record<Exclude<ProblemClass, ProblemCause>, ProblemText>> = {
  "head-of-line": {
    title: "Head-of-line blocking",
    meaning: "A partition is handled in order, so one slow message holds up all those behind it.",
  },
  saturation: {
    title: "Saturation",
    meaning: "Messages arrive faster than the stage can handle them, so all of them wait.",
  },
  burst: {
    title: "Burst",
    meaning:
      "Messages arrive together, so the last ones wait for the first; on average there is time for all.",
  },
  "hot-partition": {
    title: "Hot partition",
    meaning: "One partition gets far more than the others.",
  },
  retries: {
    title: "Retries",
    meaning: "A failed message is tried again, and those behind it wait as long.",
  },
  "starved-workers": {
    title: "Starved workers",
    meaning: "Messages are ready, but no worker thread is free.",
  },
  unexplained: {
    title: "Unexplained waiting",
    meaning: "Most of the waiting has no cause in the spans.",
  },
};

/** Title and meaning of a class of problems. */
export function problemText(name: ProblemClass): ProblemText {
  return isProblemCause(name) ? aboutCause[name].remedy : texts[name];
}
