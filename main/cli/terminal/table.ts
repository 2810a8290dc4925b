import { characters, printable } from './printable.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right, so that their digits are under each other. */
  readonly align: 'left' | 'right';
}

export const left = (title: string): Column => ({ title, align: 'left' });
export const right = (title: string): Column => ({ title, align: 'right' });

const GAP = '  ';

/** Rows under their titles in aligned columns. Every row has one cell a column. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((cells) => characters(cells[index] ?? '').length)),
  );
  return lines
    .map((cells) =>
      columns
        .map(({ align }, index) => {
          const cell = cells[index] ?? '';
          const space = ' '.repeat((widths[index] ?? 0) - characters(cell).length);
          return align === 'left' ? cell + space : space + cell;
        })
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Names with their values, one a line. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...pairs.map(([name]) => characters(name).length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}${GAP}${printable(value)}`.trimEnd()).join('\n');
}
