import { aboutCause, isCause } from "../../../explain/causes.ts";
import { fillOfCause } from "./cause-patterns.tsx";

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
