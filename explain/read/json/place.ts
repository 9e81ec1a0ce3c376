/** A position in the input; lines count from 1. */
export type Place = { readonly byte: number; readonly line: number };

/** How the input ended: whole, in the middle of a value, or at something that is not JSON. */
export type Ending = Place & { readonly state: "whole" | "cut" | "broken" };
