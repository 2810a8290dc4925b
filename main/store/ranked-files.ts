import type { Verdict } from './decisions.ts';

export interface RankingFilter {
  /** Cases with one of these; all where empty. */
  readonly verdicts: readonly (Verdict | 'undecided')[];
  /** Null for both sides of the threshold. */
  readonly aboveThreshold: boolean | null;
  /** Part of the path, upper or lower case. */
  readonly search: string;
  readonly label: string | null;
}

export interface RankingSort {
  readonly by: 'score' | 'path' | 'label' | 'verdict';
  readonly descending: boolean;
}

/** The files of a dataset, which outlive any list of them. */
export interface FileColumns {
  /** In the order of their paths. */
  readonly ids: Float64Array;
  /** In the same order. */
  readonly paths: readonly string[];
}

/** What lists are made from; each is asked for only where the filter or the order needs it. */
export interface RankedFiles {
  /** Ids, the most anomalous first. */
  readonly order: IdList;
  /** How many of `order` are above the threshold; null where none is set. */
  aboveThreshold(): number | null;
  files(): FileColumns;
  /** By id; files without one are left out. */
  labels(): ReadonlyMap<number, string>;
  /** By id; undecided ones are left out. */
  verdicts(): ReadonlyMap<number, Verdict>;
}

/** Ids in an order, with their places found at once. */
export class IdList {
  readonly ids: Float64Array;
  #places: ReadonlyMap<number, number> | null = null;

  constructor(ids: Float64Array) {
    this.ids = ids;
  }

  get length(): number {
    return this.ids.length;
  }

  /** From 0; -1 where it is not in the list. */
  indexOf(id: number): number {
    this.#places ??= new Map(Array.from(this.ids, (each, index) => [each, index]));
    return this.#places.get(id) ?? -1;
  }
}

/**
 * The ids that pass the filter, in the order; where the order leaves two equal, the more anomalous is first. Nothing is
 * compared with anything: what comes in is ordered already, so that a list takes one pass over the files.
 */
export function listOf(ranked: RankedFiles, filter: RankingFilter, sort: RankingSort): IdList {
  const { order } = ranked;
  const passes = filterOf(ranked, filter);
  if (passes === null && sort.by === 'score' && sort.descending) return order;
  const pick = (ids: Float64Array) => (passes === null ? ids : ids.filter(passes));
  return new IdList(sorted(ranked, sort, pick));
}

/** What means something in a regular expression, which alone compares whatever the case without copying each path. */
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

/** Null where every file passes. */
function filterOf(ranked: RankedFiles, filter: RankingFilter): ((id: number) => boolean) | null {
  const tests: ((id: number) => boolean)[] = [];
  if (filter.aboveThreshold !== null) {
    const above = ranked.aboveThreshold();
    const wanted = filter.aboveThreshold;
    // Without a threshold no file is on either side of it.
    tests.push((id) => above !== null && ranked.order.indexOf(id) < above === wanted);
  }
  if (filter.verdicts.length > 0) {
    const verdicts = ranked.verdicts();
    const wanted = new Set(filter.verdicts);
    tests.push((id) => wanted.has(verdicts.get(id) ?? 'undecided'));
  }
  if (filter.label !== null) {
    const labels = ranked.labels();
    tests.push((id) => labels.get(id) === filter.label);
  }
  if (filter.search !== '') {
    const { ids, paths } = ranked.files();
    const search = new RegExp(filter.search.replaceAll(SYNTAX, '\\$&'), 'iu');
    const found = new Set(ids.filter((_, index) => search.test(paths[index] ?? '')));
    tests.push((id) => found.has(id));
  }
  if (tests.length === 0) return null;
  return (id) => tests.every((test) => test(id));
}

const VERDICTS: readonly Verdict[] = ['flag', 'unsure', 'clear'];

function sorted(
  ranked: RankedFiles,
  { by, descending }: RankingSort,
  pick: (ids: Float64Array) => Float64Array,
): Float64Array {
  switch (by) {
    case 'score': {
      const ids = pick(ranked.order.ids);
      return descending ? ids : ids.toReversed();
    }
    case 'path': {
      const ids = pick(ranked.files().ids).filter((id) => ranked.order.indexOf(id) >= 0);
      return descending ? ids.toReversed() : ids;
    }
    case 'label': {
      const labels = ranked.labels();
      const names = [...new Set(labels.values())].sort();
      return grouped(pick(ranked.order.ids), (id) => labels.get(id), descending ? names.reverse() : names);
    }
    case 'verdict': {
      const verdicts = ranked.verdicts();
      return grouped(
        pick(ranked.order.ids),
        (id) => verdicts.get(id),
        descending ? VERDICTS.toReversed() : VERDICTS,
      );
    }
  }
}

/** The ids group by group, in their order within each; those without a group come last. */
function grouped<T>(
  ids: Float64Array,
  groupOf: (id: number) => T | undefined,
  order: readonly T[],
): Float64Array {
  const groups = new Map<T | undefined, number[]>([...order, undefined].map((group) => [group, []]));
  for (const id of ids) groups.get(groupOf(id))?.push(id);
  return Float64Array.from([...groups.values()].flat());
}
