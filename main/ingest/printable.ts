/** What a file says of itself can be anything, and of any length. */
const MOST_LETTERS = 200;

/** Text that steers no terminal and breaks no line. */
export function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');
}

/** The beginning of what a file says, to be told to people. */
export function excerpt(text: string): string {
  const letters = onOneLine(text);
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS)}…` : letters;
}
