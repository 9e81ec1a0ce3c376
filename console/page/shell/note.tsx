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
