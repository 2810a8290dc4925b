import type { DatasetContents, SeriesSummary } from '../../../preload/contract.ts';
import type { MrSequence, Series } from '../../store/series.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { listedDataset } from './datasets.ts';
import { ServiceError } from '../service-error.ts';

/** How many files, patients, studies and series the readable images of a dataset are of. @throws ServiceError 'unknown-dataset' */
export function datasetContents(ctx: Context, id: number): DatasetContents {
  const { plane } = listedDataset(ctx, id);
  return { ...ctx.store.series.counts(id), plane };
}

/** A page of its series, and how many there are. @throws ServiceError 'unknown-dataset' */
export function datasetSeries(
  ctx: Context,
  { id, ...page }: { readonly id: number; readonly offset: number; readonly limit: number },
): { total: number; rows: SeriesSummary[] } {
  listedDataset(ctx, id);
  return {
    total: ctx.store.series.counts(id).series,
    rows: ctx.store.series.list(id, page).map(seriesSummary),
  };
}

/**
 * Notes what a person says of a series, which outlives every scan.
 * @param request fileId: of any of its images; sequence: null where it is none of those known
 * @throws ServiceError 'unknown-file' for an image of no series
 */
export function correctSequence(
  ctx: Context,
  { fileId, sequence }: { readonly fileId: number; readonly sequence: MrSequence | null },
): SeriesSummary {
  return ctx.store.transaction(() => {
    const series = ctx.store.series.of(fileId);
    const file = ctx.store.files.get(fileId);
    if (series === undefined || file === undefined) {
      throw new ServiceError('unknown-file', `There is no series with an image of the number ${fileId}.`);
    }
    const { name } = listedDataset(ctx, file.datasetId);
    ctx.store.series.setSequence(fileId, sequence);
    recordAction(ctx, {
      action: 'sequence corrected',
      subject: `series of image ${series.fileId} in dataset ${name}`,
      oldValue: saidOf(series),
      newValue: sequence ?? 'another',
    });
    return seriesSummary({ ...series, sequence, sequenceFrom: 'person' });
  });
}

function saidOf({ sequence, sequenceFrom }: Series): string | null {
  if (sequenceFrom === null) return null;
  return sequenceFrom === 'person' ? (sequence ?? 'another') : `${sequence ?? 'another'}, a guess`;
}

/** Patients: enough of the hash to tell them apart in a list. */
const KEY_DIGITS = 8;

function seriesSummary({ patientKey, sequenceFrom, ...series }: Series): SeriesSummary {
  return {
    ...series,
    patient: patientKey?.slice(0, KEY_DIGITS) ?? null,
    isGuess: sequenceFrom !== null && sequenceFrom !== 'person',
    isCorrected: sequenceFrom === 'person',
  };
}
