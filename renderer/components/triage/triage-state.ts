import type { RankFilter, RankQuery, RankSort } from '../../../preload/contract.ts';
import { useSession } from '../../stores/session.ts';

type FilterVerdict = RankFilter['verdicts'][number];

export const FILTER_VERDICTS: readonly FilterVerdict[] = ['undecided', 'flag', 'clear', 'unsure'];
export const SORTS: readonly RankSort['by'][] = ['score', 'path', 'label', 'verdict'];

/** What the views of triage want to find again. Plain values, as they are saved: {@link rankQuery} checks them. */
export interface TriageState {
  /** The screening that score, label and cursor belong to. */
  runId: number | null;
  /** The model's first when null. */
  score: string | null;
  verdicts: string[];
  /** Only cases on this side of the threshold: "above", "below", "" for both. */
  side: string;
  search: string;
  label: string | null;
  sort: string;
  descending: boolean;
  /** "list" or "grid" */
  mode: string;
  /** The case that the keys act on. */
  cursor: number | null;
  /** Goes on to the next case after a decision. */
  advance: boolean;
  heatmap: boolean;
  /** Whose map is drawn; that of the score when null. */
  map: string | null;
  /** 0 … 1 */
  opacity: number;
  /** The heatmap's place in a case: "beside" the image or "over" it. */
  layout: string;
}

const DEFAULTS: TriageState = {
  runId: null,
  score: null,
  verdicts: [],
  side: '',
  search: '',
  label: null,
  sort: 'score',
  descending: true,
  mode: 'list',
  cursor: null,
  advance: false,
  heatmap: true,
  map: null,
  opacity: 0.8,
  layout: 'beside',
};

/** @param runId what belongs to another screening than this one starts anew */
export function useTriageState(runId: number): TriageState {
  const state = useSession().view('triage', DEFAULTS);
  if (state.runId !== runId) {
    Object.assign(state, {
      runId,
      score: null,
      label: null,
      cursor: null,
      map: null,
      verdicts: [],
      side: '',
      search: '',
    });
  }
  return state;
}

export function rankQuery(runId: number, state: Readonly<TriageState>): RankQuery {
  return {
    runId,
    score: state.score,
    filter: {
      verdicts: FILTER_VERDICTS.filter((verdict) => state.verdicts.includes(verdict)),
      aboveThreshold: state.side === 'above' ? true : state.side === 'below' ? false : null,
      search: state.search,
      label: state.label,
    },
    sort: { by: SORTS.find((by) => by === state.sort) ?? 'score', descending: state.descending },
  };
}

/** Whether anything hides cases from the list. */
export function isFiltered(state: Readonly<TriageState>): boolean {
  return state.verdicts.length > 0 || state.side !== '' || state.search !== '' || state.label !== null;
}

export function clearFilter(state: TriageState): void {
  Object.assign(state, { verdicts: [], side: '', search: '', label: null });
}
