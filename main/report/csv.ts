import type { Report } from './report.ts';

/** Names of the facts that each row repeats, so that a row torn from its file still says what it depends on. */
const REPEATED = ['Model', 'Score', 'Threshold', 'Held-out normals', 'Screening', 'Software'];

/** So that Excel reads UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** A row for each case (RFC 4180), the first with names. */
export function csvOf({ columns, cases, facts, notice }: Report): string {
  const repeated = facts.filter(({ name }) => REPEATED.includes(name));
  const head = [...columns, ...repeated.map(({ name }) => name), 'Notice'];
  const tail = [...repeated.map(({ value }) => value), notice];
  const rows = [head, ...cases.map(({ cells }) => [...cells, ...tail])];
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

const NUMBER = /^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$/;

/** Spreadsheets run a cell that starts like a formula; file names and notes are anybody's. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string): string {
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
