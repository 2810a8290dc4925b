import { stripVTControlCharacters } from 'node:util';

/**
 * Text that a terminal shows as it is. File names and labels come from outside: one that holds an escape sequence
 * must not move the cursor or rewrite what is already shown.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}/gu, '\u{FFFD}');
}

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What a reader takes for one character each. */
export function characters(text: string): string[] {
  return Array.from(segments.segment(text), ({ segment }) => segment);
}
