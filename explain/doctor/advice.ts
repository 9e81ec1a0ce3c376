import { factAdvice } from "./fact-advice.ts";
import { handlingAdvice } from "./handling-advice.ts";
import type { Advice, Ailment, Place } from "./mend.ts";

/** The first that matches counts, so those for a library are before those for a language, and the general ones are last. */
export const advice: readonly Advice[] = [...handlingAdvice, ...factAdvice];

/** The mend for what spans of a place lack. */
export function adviceFor(lack: Ailment, place: Place): Advice | undefined {
  return advice.find((one) => one.lack === lack && isFor(one, place));
}

function isFor({ language, scope, sdk, isAnonymous }: Advice, place: Place): boolean {
  if (isAnonymous) return Object.values(place).every((name) => name === undefined);
  return (
    (!language || language.test(place.language ?? "")) &&
    (!scope || scope.test(place.scope ?? "")) &&
    (!sdk || sdk.test(place.sdk ?? ""))
  );
}
