import type { ComponentChildren } from "preact";

/** Shown where there is nothing to show: why, and what to do. */
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

/** A sentence of explain, with code between backticks. Never HTML. */
export function Sentence({ text }: { text: string }) {
  return <>{text.split("`").map((text, n) => (n % 2 === 1 ? <code key={n}>{text}</code> : text))}</>;
}

/** An error, announced by screen readers; nothing without one. */
export function ErrorMessage({ error }: { error: string | undefined }) {
  if (error === undefined) return null;
  return (
    <p class="error" role="alert">
      {error}
    </p>
  );
}
