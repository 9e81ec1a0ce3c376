import { type Cause, causes } from "../../../../explain/causes.ts";
import { type IntensityName, intensityNames } from "../intensity.ts";
import { createPattern } from "./patterns.ts";

/** Colours of the drawing, as the style sheet has them for the theme in use. */
export type Palette = {
  readonly surface: string;
  readonly ink: string;
  readonly faintInk: string;
  readonly line: string;
  readonly grid: string;
  readonly wait: string;
  readonly held: string;
  readonly blame: string;
  readonly now: string;
  readonly bars: readonly BarPaint[];
  readonly causes: Readonly<Record<Cause, string>>;
};

/** How bars of one intensity look. */
export type BarPaint = {
  readonly fill: string;
  readonly ink: string;
  /** Drawn over the fill; undefined for the plain one. */
  readonly pattern: CanvasPattern | undefined;
};

/** @param probe an element of the drawing, in the theme that is in use */
export function readPalette(
  probe: HTMLElement,
  context: CanvasRenderingContext2D,
  pixelRatio: number,
): Palette {
  const read = (name: string) => {
    // A computed colour is concrete; the text of a custom property need not be.
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
    blame: read("--blame"),
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
