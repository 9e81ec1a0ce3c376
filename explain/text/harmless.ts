/**
 * Text as it may be shown: what came with a message, a span or a file must not write lines of its own or steer the terminal.
 * What is replaced is written as JSON escapes it, so JSON without indents stays the same document.
 */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
}

/** Code unit by code unit: some of these characters have two. */
function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

/** The same for text of our own that has several lines, with something from outside in them. */
export function harmlessLines(text: string): string {
  return text.split("\n").map(harmless).join("\n");
}
