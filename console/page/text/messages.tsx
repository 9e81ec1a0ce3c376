import type { ComponentChildren } from "preact";

/** What stands where there is nothing to show: why, and what to do. */
export function Note({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="note">
      <h2>{title}</h2>
      <p>{children}</p>
    </div>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <p class="note" role="status">
      Reading {what}…
    </p>
  );
}

/** A sentence of explain, in which code stands between backticks. Only ever text. */
export function Sentence({ text }: { text: string }) {
  return <>{text.split("`").map((part, n) => (n % 2 === 1 ? <code key={n}>{part}</code> : part))}</>;
}
