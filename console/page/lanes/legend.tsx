import type { ComponentChildren } from "preact";
import { colourOfCause, meaningOf } from "../order/cause-patterns.tsx";
import type { Highlight } from "./highlight.ts";
import { intensityNames } from "./intensity.ts";

/** The meaning of colours and lines. */
export function Legend({ highlight }: { highlight: Highlight | undefined }) {
  const causes = new Set(
    highlight?.waits.flatMap(({ segments }) => segments.flatMap(({ cause }) => cause ?? [])),
  );
  const [unknown, ...known] = intensityNames;
  return (
    <ul class="legend" aria-label="Legend">
      {[...known, unknown].map((name) => (
        <Entry key={name} swatch={name}>
          {name}
        </Entry>
      ))}
      <Entry swatch="running">being handled</Entry>
      <Entry swatch="wait">one waiting message</Entry>
      <Entry swatch="waits-now">waiting now, counted next to its lane</Entry>
      {highlight && (
        <>
          <Entry swatch="selected">selected order</Entry>
          <Entry swatch="blocker">what held it up</Entry>
          <Entry swatch="held">held up by it</Entry>
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

function Entry({ swatch, children }: { swatch: string; children: ComponentChildren }) {
  return (
    <li>
      <span class={`swatch swatch-${swatch}`} aria-hidden="true" />
      {children}
    </li>
  );
}
