/**
 * Version of the package holdup-explain and of its public types, as in package.json. Any change of docs/explain-api.d.ts raises it:
 * the second number when a consumer may no longer compile, else the third.
 */
export const version = "0.1.0";

/** Version of the JSON that explain prints; it is its `schema` too. */
export const schemaVersion = "holdup.explain/2";
