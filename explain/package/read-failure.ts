import { ReadError, type ReadErrorCode } from "../read/errors.ts";

/** What a reader throws when nothing can be read. `retriable`: the same call can succeed later. */
export type ReadFailure = Error & { readonly code: ReadErrorCode; readonly retriable: boolean };

export function isReadFailure(thrown: unknown): thrown is ReadFailure {
  return thrown instanceof ReadError;
}
