import { type Cause, causes } from "../../../../explain/causes.ts";
import { type IntensityName, intensityNames } from "../intensity.ts";
import { createPattern } from "./patterns.ts";

/** Colours of the drawing from the style sheet, for the current theme. */
export type Palette = {
  readonly surface: string;
  readonly ink: string;
  readonly faintInk: string;
  readonly line: string;
  readonly grid: string;
  readonly wait: string;
  readonly held: string;
  readonly blocker: string;
  readonly now: string;
  readonly bars: readonly BarPaint[];
  readonly causes: Readonly<Record<Cause, string>>;
};

/** Colours of the bars of one intensity. */
type BarPaint = {
  readonly fill: string;
  readonly ink: string;
  /** Drawn over the fill; undefined for a plain bar. */
  readonly pattern: CanvasPattern | undefined;
};

/** @param probe an element of the drawing */
export function readPalette(
  probe: HTMLElement,
  context: CanvasRenderingContext2D,
  pixelRatio: number,
): Palette {
  const read = (name: string) => {
    // The computed colour resolves light-dark() and nested variables; the text of a custom property does not.
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const bar = (name: IntensityName): BarPaint => ({
    fill: read(`--${name}`),
    ink: read(`--on-${name}`),
    pattern: createPattern(context, name, read(`--pattern-${name}`), pixelRatio),
  });
  const palette: Palette = {
    surface: read("--surface"),
    ink: read("--ink"),
    faintInk: read("--faint-ink"),
    line: read("--line"),
    grid: read("--grid"),
    wait: read("--wait"),
    held: read("--held"),
    blocker: read("--blocker"),
    now: read("--now"),
    bars: intensityNames.map(bar),
    causes: Object.fromEntries(causes.map((cause) => [cause, read(`--cause-${cause}`)])) as Record<
      Cause,
      string
    >,
  };
  probe.style.removeProperty("color");
  return palette;
}

export function causeColour({ causes, wait }: Palette, cause: string | undefined): string {
  return Object.entries(causes).find(([name]) => name === cause)?.[1] ?? wait;
}
