/** What a screening does with images that are not of the kind that its model was fitted on. */
import type { Misfits } from '../../../preload/contract.ts';
import type { ScreenResult } from '../../jobs/screen-job.ts';
import type { Dataset } from '../../store/datasets.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { type InputCheck, checkInputs, misfitOf } from '../inputs/input-check.ts';
import type { KnownModel } from '../models/known-models.ts';
import { type ScreenRunSettings, screenRunSettings } from '../models/records.ts';
import { ServiceError } from '../service-error.ts';

/** What a screening keeps of the check. */
export type Admission = Pick<ScreenRunSettings, 'misfits' | 'warnings'>;

/** How the images of a dataset differ from those that a model was fitted on. */
export function checkDataset(
  ctx: Context,
  { metrics, preparation }: KnownModel,
  dataset: Dataset,
): InputCheck {
  return checkInputs(metrics.inputs, preparation, ctx.store.files.kinds(dataset.id, null));
}

/**
 * Lets a screening begin where all images fit its model, or where it was said what to do with those that do not.
 * @throws ServiceError 'does-not-fit'
 */
export function admit(
  ctx: Context,
  model: KnownModel,
  dataset: Dataset,
  handling: Misfits | null,
): Admission {
  const { images, misfits, reasons, warnings } = checkDataset(ctx, model, dataset);
  const warned = warnings.length === 0 ? {} : { warnings: [...warnings] };
  if (misfits === 0) return warned;
  const all = misfits === images;
  if (handling === null || (handling.kind === 'left-out' && all)) {
    const which = all ? `The images of "${dataset.name}" are` : `Some images of "${dataset.name}" are`;
    const way = all
      ? 'Choose another model, or screen them anyway and say why'
      : 'Leave these images out, or screen them anyway and say why';
    throw new ServiceError(
      'does-not-fit',
      `${which} not of the kind that "${model.record.name}" was fitted on: ${reasons.join('; ')}. ${way}.`,
    );
  }
  return { misfits: { handling, images: misfits, of: images, reasons: [...reasons] }, ...warned };
}

/** Notes in the audit trail who let what pass, and why; nothing where everything fits. */
export function recordAdmission(ctx: Context, subject: string, { misfits }: Admission): void {
  if (misfits === undefined) return;
  const { handling, reasons } = misfits;
  recordAction(ctx, {
    action: handling.kind === 'included' ? 'misfits screened' : 'misfits left out',
    subject,
    newValue: reasons.join('; '),
    reason: handling.kind === 'included' ? handling.reason : null,
  });
}

/** The images that a screening leaves out, each as a failure that says why, so that none is dropped silently. */
export function* leftOut(
  ctx: Context,
  { metrics, preparation }: KnownModel,
  dataset: Dataset,
  { misfits }: Admission,
): Generator<ScreenResult, void> {
  if (misfits?.handling.kind !== 'left-out') return;
  for (const file of ctx.store.files.readable(dataset.id)) {
    const why = misfitOf(metrics.inputs, preparation, file);
    if (why !== null) yield { fileId: file.id, failure: `It was left out, because it ${why}.` };
  }
}

/** What must be known of a screening beside its results, each a sentence. @param settings of its run */
export function remarksOn(settings: unknown): string[] {
  const known = screenRunSettings.safeParse(settings);
  return known.success ? remarksOf(known.data) : [];
}

/** The same of a screening that begins. */
export function remarksOf({ misfits, warnings = [] }: Admission): string[] {
  return [
    ...(misfits === undefined ? [] : [misfitsText(misfits)]),
    ...warnings.map((warning) => `${warning}.`),
  ];
}

function misfitsText({ handling, images, of, reasons }: NonNullable<Admission['misfits']>): string {
  const count = (number: number) => number.toLocaleString('en-US');
  const which = `${count(images)} of ${count(of)} images`;
  const why = reasons.join('; ');
  switch (handling.kind) {
    case 'included':
      return `Screened although ${which} are not of the kind that the model was fitted on (${why}). Reason given: ${handling.reason}`;
    case 'left-out':
      return `${which} were left out, because they are not of the kind that the model was fitted on: ${why}.`;
  }
}
