/** All images of a fit: of a new one, and of one that goes on. */
import type { Preparation } from '../../ingest/preparation-settings.ts';
import type { MethodFacts } from '../../jobs/known-detectors.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { Run } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import { type FitData, type OtherImages, fitData, otherImages } from './fit-data.ts';
import type { FitRunSettings } from '../models/records.ts';
import { ServiceError } from '../service-error.ts';

export interface FitImages {
  readonly normal: FitData;
  readonly general: OtherImages | null;
  readonly exposure: OtherImages | null;
}

export interface ChosenImages {
  readonly dataset: Dataset;
  /** Of the normal images. */
  readonly label: string | null;
  readonly preparation: Preparation;
  readonly general: Dataset | null;
  readonly exposure: {
    readonly dataset: Dataset;
    readonly label: string | null;
    /** So many of them, drawn by the seed; all where it is null. */
    readonly images: number | null;
  } | null;
  readonly seed: number;
}

/** @throws as fitData */
export async function fitImages(
  ctx: Context,
  { dataset, label, preparation, general, exposure, seed }: ChosenImages,
  options: { readonly keepAlike?: boolean } = {},
): Promise<FitImages> {
  const normal = label === null ? null : { datasetId: dataset.id, label };
  const exposed = ({ dataset: from, label: of, images }: NonNullable<ChosenImages['exposure']>) =>
    otherImages(
      ctx,
      from,
      { label: of, normal, drawn: images === null ? null : { images, seed } },
      preparation,
    );
  return {
    normal: await fitData(ctx, dataset, label, preparation, options),
    general:
      general && (await otherImages(ctx, general, { label: null, normal: null, drawn: null }, preparation)),
    exposure: exposure && (await exposed(exposure)),
  };
}

/**
 * The labels that a detector tells apart; null for one that does not.
 * @throws ServiceError 'invalid-request' where images have no labels, or all the same
 */
export function classLabels({ needs, title }: MethodFacts, { classes }: FitData): readonly string[] | null {
  if (needs.classes === 'none') return null;
  if (classes !== null) return classes.labels;
  throw new ServiceError(
    'invalid-request',
    `${title} tells kinds of normal images apart by their labels; choose a dataset with labels from subfolders, of two kinds at least, where every image has one.`,
  );
}

/**
 * The images of a run that goes on.
 * @throws ServiceError 'cannot-resume' where they are no longer those that it began with; as fitData
 */
export async function imagesOfRun(
  ctx: Context,
  {
    run: { id, seed },
    plan,
    dataset,
  }: { readonly run: Run; readonly plan: FitRunSettings; readonly dataset: Dataset },
): Promise<FitImages> {
  const { preparation, settings, heldOutFingerprint, generalDatasetId, exposureDatasetId } = plan;
  const of = (datasetId: number | null) => (datasetId === null ? null : ctx.store.datasets.get(datasetId));
  const exposed = of(exposureDatasetId);
  const images = await fitImages(
    ctx,
    {
      dataset,
      label: settings.label,
      preparation,
      general: of(generalDatasetId),
      exposure: exposed && {
        dataset: exposed,
        label: settings.exposure?.label ?? null,
        images: settings.exposure?.drawn ?? null,
      },
      seed,
    },
    { keepAlike: heldOutFingerprint !== null },
  );
  const { normal, general, exposure } = images;
  if (normal.fingerprint !== plan.dataFingerprint) refuseChanged(dataset.name, id);
  for (const [now, before] of [
    [general, settings.generalImages],
    [exposure, settings.exposure],
  ] as const) {
    if (now?.used.fingerprint !== before?.fingerprint) refuseChanged(before?.dataset ?? '', id);
  }
  if (normal.heldOutBy !== plan.heldOutBy) {
    // Otherwise images that it has trained on would be held out to judge it.
    throw new ServiceError(
      'cannot-resume',
      `"${dataset.name}" is grouped by ${normal.heldOutBy}, and was by ${plan.heldOutBy} when run ${id} began; group it as it was, or fit again.`,
    );
  }
  if (heldOutFingerprint !== null && heldOutFingerprint !== normal.heldOutFingerprint) {
    throw new ServiceError(
      'cannot-resume',
      `Images of "${dataset.name}" look nearly the same by what its last scan found, and others would be held out than when run ${id} began; fit again.`,
    );
  }
  return images;
}

function refuseChanged(dataset: string, runId: number): never {
  throw new ServiceError(
    'cannot-resume',
    `"${dataset}" holds other images than when run ${runId} began, so that the run cannot be continued; fit again.`,
  );
}
