import { aboutCause, type Cause, causes, isCause } from "../../../explain/causes.ts";
import { intensityNames } from "../lanes/intensity.ts";

/** Angle and distance of the stripes of each cause, to distinguish causes without colour. */
const stripes: Readonly<Record<Cause, readonly [angle: number, distance: number]>> = {
  "same-partition": [45, 6],
  "same-key": [45, 10],
  "same-consumer": [-45, 6],
  "fetch-barrier": [0, 6],
  capacity: [-45, 10],
  rebalance: [90, 6],
  retry: [90, 10],
  transport: [0, 3],
  unexplained: [20, 4],
};

/** Patterns for the drawings of a page: of causes, used by `fillOfCause`, and of intensities, used by the style sheet. */
export function CausePatterns() {
  return (
    <svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        {causes.map((cause) => {
          const [angle, distance] = stripes[cause];
          return (
            <pattern
              key={cause}
              id={`cause-${cause}`}
              width={distance}
              height={distance}
              patternUnits="userSpaceOnUse"
              patternTransform={`rotate(${angle})`}
            >
              <rect width={distance} height={distance} fill={colourOfCause(cause)} />
              <rect width="1.5" height={distance} class="stripe" />
            </pattern>
          );
        })}
        {intensityNames.map((name) => (
          <pattern
            key={name}
            id={`intensity-${name}`}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="6" height="6" class={`fill-${name}`} />
            {name === "medium" && <circle cx="3" cy="3" r="1" class={`pattern-${name}`} />}
            {(name === "heavy" || name === "severe") && (
              <rect width="1.4" height="6" class={`pattern-${name}`} />
            )}
            {name === "severe" && <rect width="6" height="1.4" class={`pattern-${name}`} />}
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

export function fillOfCause(cause: string | undefined): string {
  return cause !== undefined && isCause(cause) ? `url(#cause-${cause})` : "var(--wait)";
}

export function colourOfCause(cause: string): string {
  return `var(--cause-${cause})`;
}

export function meaningOf(cause: string): string | undefined {
  return isCause(cause) ? aboutCause[cause].meaning : undefined;
}

export function CauseName({ cause }: { cause: string }) {
  return (
    <span class="cause-name" title={meaningOf(cause)}>
      <svg width="18" height="12" aria-hidden="true">
        <rect width="18" height="12" fill={fillOfCause(cause)} />
      </svg>
      {cause}
    </span>
  );
}
