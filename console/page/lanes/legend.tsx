import { meaningOf } from "../order/cause-name.tsx";
import { colourOfCause } from "../order/cause-patterns.tsx";
import type { Highlight } from "./highlight.ts";
import { intensityNames } from "./intensity.ts";

/** What the marks mean. */
export function Legend({ highlight }: { highlight: Highlight | undefined }) {
  const causes = new Set(
    highlight?.waits.flatMap(({ pieces }) => pieces.flatMap(({ cause }) => cause ?? [])),
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
        waits now, as the badge of its lane counts
      </li>
      {highlight && (
        <>
          <li>
            <span class="swatch swatch-journey" aria-hidden="true" />
            selected order
          </li>
          <li>
            <span class="swatch swatch-blame" aria-hidden="true" />
            what it waited behind
          </li>
          <li>
            <span class="swatch swatch-held" aria-hidden="true" />
            waits behind it
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
