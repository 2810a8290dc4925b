/**
 * A table of a page in Markdown, its columns padded as the formatter of this project's files pads them.
 * @param rows of as many cells as there are titles
 */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, column) =>
    Math.max(3, title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const padded = (cells: readonly string[]): string =>
    line(widths.map((width, column) => (cells[column] ?? '').padEnd(width)));
  return [padded(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(padded)].join('\n');
}
