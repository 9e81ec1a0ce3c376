import { meaningOf } from "../order/cause-name.tsx";
import { colourOfCause } from "../order/cause-patterns.tsx";
import type { Highlight } from "./highlight.ts";
import { intensityNames } from "./intensity.ts";

/** The meaning of colours and lines. */
export function Legend({ highlight }: { highlight: Highlight | undefined }) {
  const causes = new Set(
    highlight?.waits.flatMap(({ segments }) => segments.flatMap(({ cause }) => cause ?? [])),
  );
  return (
    <ul class="legend" aria-label="Legend">
      {intensityNames.slice(1).map((name) => (
        <li key={name}>
          <span class={`swatch swatch-${name}`} aria-hidden="true" />
          {name}
        </li>
      ))}
      <li>
        <span class="swatch swatch-unknown" aria-hidden="true" />
        unknown
      </li>
      <li>
        <span class="swatch swatch-running" aria-hidden="true" />
        still running
      </li>
      <li>
        <span class="swatch swatch-wait" aria-hidden="true" />
        one waiting message
      </li>
      <li>
        <span class="swatch swatch-waits-now" aria-hidden="true" />
        waiting now, counted beside its lane
      </li>
      {highlight && (
        <>
          <li>
            <span class="swatch swatch-journey" aria-hidden="true" />
            selected order
          </li>
          <li>
            <span class="swatch swatch-blame" aria-hidden="true" />
            what held it up
          </li>
          <li>
            <span class="swatch swatch-held" aria-hidden="true" />
            held up by it
          </li>
          {[...causes].map((cause) => (
            <li key={cause} title={meaningOf(cause)}>
              <span class="swatch" style={{ background: colourOfCause(cause) }} aria-hidden="true" />
              {cause}
            </li>
          ))}
        </>
      )}
    </ul>
  );
}
