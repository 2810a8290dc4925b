import { type Features, selected } from '../../models/features/features.ts';

export class TableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TableError';
  }
}

export interface NumericTable {
  readonly columns: readonly string[];
  readonly rows: Features;
  /** Of each row, where a column of labels was named: anomalous is whatever is not 0. */
  readonly anomalous: readonly boolean[] | null;
}

/**
 * A file of numbers separated by commas under one line of names. Texts in quotes are names, not numbers.
 * @param label the column that says which rows are anomalous; null where none does
 * @throws {TableError} naming the line and column of the first cell that is no number
 */
export function numericTable(text: string, label: string | null): NumericTable {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [head, ...body] = lines.map((line) => line.split(',').map((cell) => cell.trim().replaceAll('"', '')));
  if (head === undefined || body.length === 0)
    throw new TableError('The table is empty: it needs a line of names and lines of numbers.');
  const labelColumn = label === null ? -1 : head.indexOf(label);
  if (label !== null && labelColumn < 0)
    throw new TableError(`The table has no column "${label}": its columns are ${head.join(', ')}.`);
  const numbers = body.map((cells, index) => {
    if (cells.length !== head.length)
      throw new TableError(
        `Line ${index + 2} has ${cells.length} cells, and ${head.length} columns are named.`,
      );
    return cells.map((cell, column) => {
      const value = cell === '' ? Number.NaN : Number(cell);
      if (!Number.isFinite(value))
        throw new TableError(
          `Line ${index + 2}, column "${head[column] ?? ''}": "${cell}" is no number. Leave that row or column out.`,
        );
      return value;
    });
  });
  const kept = (_: unknown, column: number) => column !== labelColumn;
  const columns = head.filter(kept);
  return {
    columns,
    rows: {
      values: Float32Array.from(numbers.flatMap((cells) => cells.filter(kept))),
      count: numbers.length,
      dimensions: columns.length,
    },
    anomalous: labelColumn < 0 ? null : numbers.map((cells) => cells[labelColumn] !== 0),
  };
}

/** Rows of a table by their numbers. */
export function rowsAt({ rows }: NumericTable, indices: readonly number[]): Features {
  return selected(rows, indices);
}
