/**
 * Escapes control and formatting characters, so that text from a message, a span or a file cannot add lines or control the
 * terminal. It uses JSON's escapes, so JSON without indentation stays the same document.
 */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
}

/** Per code unit, because some of these characters have two. */
function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

/** The same for our own multi-line text with foreign text in it: line breaks stay. */
export function escapeControlsInLines(text: string): string {
  return text.split("\n").map(escapeControls).join("\n");
}
