import type { Report, ReportFact } from './report.ts';

/** For programs; `format` and `version` say how to read it. docs/formats.md describes it. */
export function jsonOf(report: Report): string {
  const { title, comment, notice, createdAt, createdBy, facts, warnings, columns, cases, card, limits } =
    report;
  const document = {
    format: 'flowscreen report',
    version: 1,
    notice,
    title,
    comment,
    createdAt,
    createdBy,
    facts: entries(facts),
    warnings,
    cases: cases.map(({ cells }) =>
      Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])),
    ),
    modelCard: { ...entries(card), Limits: limits },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function entries(facts: readonly ReportFact[]): Record<string, string> {
  return Object.fromEntries(facts.map(({ name, value }) => [name, value]));
}
