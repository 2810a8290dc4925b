import type { SqlParameters } from './connection.ts';
import type { Verdict } from './decisions.ts';

export interface RankingFilter {
  /** Cases with one of these; all where empty. */
  readonly verdicts: readonly (Verdict | 'undecided')[];
  /** Null for both sides of the threshold. */
  readonly aboveThreshold: boolean | null;
  /** Part of the path; upper and lower case of ASCII letters are the same. */
  readonly search: string;
  readonly label: string | null;
}

export interface RankingSort {
  readonly by: 'score' | 'path' | 'label' | 'verdict';
  readonly descending: boolean;
}

/** The images of a run that have a score, filtered and sorted; where a sort leaves two equal, the more anomalous is first. */
export interface RankingList {
  readonly runId: number;
  readonly name: string;
  /** What `aboveThreshold` compares with; where it is null, no image is on either side. */
  readonly threshold: number | null;
  readonly filter: RankingFilter;
  readonly sort: RankingSort;
}

/**
 * The query for the ids of a list in their order, joined with as little as its filter and its order look at.
 * @returns sql null where the list is the plain ranking
 */
export function listSql({ runId, name, threshold, filter, sort }: RankingList): {
  sql: string | null;
  parameters: SqlParameters;
} {
  const parameters: Record<string, string | number | null> = { runId, name };
  const conditions: string[] = [];
  if (filter.verdicts.length > 0) {
    const verdicts = filter.verdicts.filter((each) => each !== 'undecided');
    const undecided = filter.verdicts.includes('undecided') ? ' OR d.verdict IS NULL' : '';
    conditions.push(`(d.verdict IN (SELECT value FROM json_each(@verdicts))${undecided})`);
    parameters['verdicts'] = JSON.stringify(verdicts);
  }
  if (filter.aboveThreshold !== null) {
    conditions.push(filter.aboveThreshold ? 's.value > @threshold' : 's.value <= @threshold');
    parameters['threshold'] = threshold;
  }
  if (filter.search !== '') {
    conditions.push('instr(lower(f.relative_path), lower(@search)) > 0');
    parameters['search'] = filter.search;
  }
  if (filter.label !== null) {
    conditions.push('f.label = @label');
    parameters['label'] = filter.label;
  }
  if (conditions.length === 0 && sort.by === 'score' && sort.descending) return { sql: null, parameters };
  const needsFile =
    filter.search !== '' || filter.label !== null || sort.by === 'path' || sort.by === 'label';
  const needsDecision = filter.verdicts.length > 0 || sort.by === 'verdict';
  const sql = [
    'SELECT s.file_id FROM score s',
    // CROSS JOIN keeps the index of the ranking outside, which already is in the order that breaks ties.
    ...(needsFile ? ['CROSS JOIN file f ON f.id = s.file_id'] : []),
    ...(needsDecision
      ? ['LEFT JOIN decision_in_force d ON d.run_id = s.run_id AND d.file_id = s.file_id']
      : []),
    'WHERE s.run_id = @runId AND s.tile = 0 AND s.name_id = (SELECT id FROM score_name WHERE name = @name)',
    ...conditions.map((condition) => `AND ${condition}`),
    `ORDER BY ${orderBy(sort)}`,
  ].join(' ');
  return { sql, parameters };
}

const WORST_FIRST = 's.value DESC, s.file_id';

function orderBy({ by, descending }: RankingSort): string {
  const direction = descending ? 'DESC' : 'ASC';
  switch (by) {
    case 'score':
      return descending ? WORST_FIRST : 's.value, s.file_id DESC';
    case 'path':
      return `f.relative_path ${direction}`;
    case 'label':
      return `f.label IS NULL, f.label ${direction}, ${WORST_FIRST}`;
    case 'verdict':
      return `d.verdict IS NULL, CASE d.verdict WHEN 'flag' THEN 1 WHEN 'unsure' THEN 2 ELSE 3 END ${direction}, ${WORST_FIRST}`;
  }
}
