import type {
  ProfileOption,
  ReportChoice,
  ReportColumn,
  Screening,
  Verdict,
} from '../../../preload/contract.ts';
import { countText } from '../../format.ts';

export type CasesBy = 'verdicts' | 'threshold' | 'selection';
export type Format = 'pdf' | 'csv' | 'json';

/** What a report will say. */
export interface Preview {
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly warnings: readonly string[];
  readonly total: number;
}

export interface ReportForm {
  score: string | null;
  by: CasesBy;
  verdicts: Verdict[];
  /** Handed over from the ranked list. */
  fileIds: readonly number[];
  columns: ReportColumn[];
  pictures: ReportChoice['pictures'];
  burnedInPictures: boolean;
  identifiers: boolean;
  retain: ProfileOption[];
  title: string;
  comment: string;
}

export const VERDICTS: readonly { readonly verdict: Verdict; readonly name: string }[] = [
  { verdict: 'flag', name: 'Flagged' },
  { verdict: 'unsure', name: 'Unsure' },
  { verdict: 'clear', name: 'Cleared' },
];

export const COLUMNS: readonly { readonly column: ReportColumn; readonly name: string }[] = [
  { column: 'rank', name: 'Rank' },
  { column: 'path', name: 'Case' },
  { column: 'label', name: 'Label' },
  { column: 'score', name: 'Score' },
  { column: 'tail', name: 'As high in normals' },
  { column: 'scales', name: 'Scores of all scales' },
  { column: 'verdict', name: 'Decision' },
  { column: 'note', name: 'Note' },
  { column: 'reviewer', name: 'Decided by' },
  { column: 'decidedAt', name: 'Decided at' },
  { column: 'acquisition', name: 'Acquisition' },
  { column: 'attributes', name: 'DICOM attributes' },
];

export const PICTURES: readonly { readonly value: ReportChoice['pictures']; readonly title: string }[] = [
  { value: 'none', title: 'None' },
  { value: 'image', title: 'The image' },
  { value: 'image-and-heatmap', title: 'The image and its heatmap' },
];

/** By the names that PS3.15 gives them. */
export const RETAINED: readonly { readonly option: ProfileOption; readonly name: string }[] = [
  { option: 'retain-uids', name: 'Retain UIDs' },
  { option: 'retain-device-identity', name: 'Retain Device Identity' },
  { option: 'retain-institution-identity', name: 'Retain Institution Identity' },
  { option: 'retain-patient-characteristics', name: 'Retain Patient Characteristics' },
  {
    option: 'retain-longitudinal-full-dates',
    name: 'Retain Longitudinal Temporal Information (full dates)',
  },
];

/** In the order of the report, whatever the order they were ticked in. */
export function inOrder(columns: readonly ReportColumn[]): ReportColumn[] {
  return COLUMNS.flatMap(({ column }) => (columns.includes(column) ? [column] : []));
}

/** The request, or what is missing for it. */
export type ChoiceOrReason =
  | { readonly kind: 'choice'; readonly choice: ReportChoice }
  | { readonly kind: 'missing'; readonly reason: string };

export function reportChoice(runId: number, form: ReportForm): ChoiceOrReason {
  const title = form.title.trim();
  if (title === '') return missing('Give the report a title.');
  if (form.columns.length === 0) return missing('Tick at least one column.');
  const cases = casesOf(form);
  if (cases === null) {
    return missing(
      form.by === 'selection'
        ? 'Select cases in the ranked list first.'
        : 'Tick at least one of flagged, unsure and cleared.',
    );
  }
  const { score, pictures, burnedInPictures, identifiers, retain, comment } = form;
  const columns = inOrder(form.columns);
  return {
    kind: 'choice',
    choice: {
      runId,
      score,
      cases,
      columns,
      pictures,
      burnedInPictures,
      identifiers,
      retain: [...retain],
      title,
      comment: comment.trim(),
    },
  };
}

const missing = (reason: string): ChoiceOrReason => ({ kind: 'missing', reason });

function casesOf({ by, verdicts, fileIds }: ReportForm): ReportChoice['cases'] | null {
  switch (by) {
    case 'verdicts':
      return verdicts.length === 0 ? null : { verdicts: [...verdicts] };
    case 'threshold':
      return { aboveThreshold: true };
    case 'selection':
      return fileIds.length === 0 ? null : { fileIds: [...fileIds] };
  }
}

/** What the choice of cases offers, and why where it does not. */
export function thresholdChoice({ threshold, counts }: Screening): { text: string; possible: boolean } {
  if (threshold === null || counts.aboveThreshold === null) {
    return { text: 'Above the threshold (none is set)', possible: false };
  }
  return { text: `Above the threshold (${countText(counts.aboveThreshold)})`, possible: true };
}
