/** A sentence of explain, in which code stands between backticks. Only ever text. */
export function Sentence({ text }: { text: string }) {
  return <>{text.split("`").map((part, n) => (n % 2 === 1 ? <code key={n}>{part}</code> : part))}</>;
}
