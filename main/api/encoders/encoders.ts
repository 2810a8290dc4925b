import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  type EncoderDescription,
  NORMALISATIONS,
  type Normalisation,
  normalisationFor,
} from '../../../models/encoder-description.ts';
import { FILTER_BANK as FILTERS, gridDimensions } from '../../../models/networks/filter-bank.ts';
import type { EncoderSummary, NormalisationName } from '../../../preload/contract.ts';
import type { EncoderChoice, EncoderIdentity } from '../../jobs/encoder-choice.ts';
import type { EncoderRecord } from '../../store/encoders.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { type KnownEncoder, knownEncoder } from './encoder-records.ts';
import { describe } from '../inputs/preparation-text.ts';
import { adoptAbandoned } from '../jobs/record-failure.ts';
import { ServiceError } from '../service-error.ts';

/** The encoder that needs no file, by the name that people choose it by. */
export const FILTER_BANK = 'filter-bank';

/** The encoder of that name, as jobs take it. @throws ServiceError 'unknown-encoder' */
export function encoderChoice(ctx: Context, name: string): EncoderChoice {
  if (name === FILTER_BANK) return { kind: 'filter-bank' };
  const { record, description } = knownEncoder(findEncoder(ctx, name));
  return choiceOf(ctx, { kind: 'onnx', sha256: record.fileHash, description });
}

function refuseUnknown(ctx: Context, name: string): never {
  const names = [FILTER_BANK, ...ctx.store.encoders.list().map((encoder) => encoder.name)];
  throw new ServiceError(
    'unknown-encoder',
    `There is no encoder named "${name}"; choose one of ${names.map((each) => `"${each}"`).join(', ')}, or add it.`,
  );
}

/** What a record keeps of an encoder, as jobs take it: with where its file lies here. */
export function choiceOf(ctx: Context, identity: EncoderIdentity): EncoderChoice {
  if (identity.kind === 'filter-bank') return identity;
  return { ...identity, path: ctx.store.encoderFiles.path(identity.sha256) };
}

/** What a record keeps of a choice. */
export function identityOf(choice: EncoderChoice): EncoderIdentity {
  if (choice.kind === 'filter-bank') return choice;
  const { kind, sha256, description } = choice;
  return { kind, sha256, description };
}

/** The name of an encoder that a record keeps; null where it is not among the encoders any more. */
export function encoderName(ctx: Context, identity: EncoderIdentity): string | null {
  if (identity.kind === 'filter-bank') return FILTER_BANK;
  return ctx.store.encoders.list().find((record) => isSame(record, identity))?.name ?? null;
}

/** The one that is always there, then the newest first. */
export function listEncoders(ctx: Context): EncoderSummary[] {
  const users = modelsByEncoder(ctx);
  const own = ctx.store.encoders.list().flatMap((record): EncoderSummary[] => {
    try {
      return [encoderSummary(knownEncoder(record), users)];
    } catch (error) {
      // One of another version must not hide all others; its name stays taken.
      if (!(error instanceof ServiceError)) throw error;
      return [];
    }
  });
  return [filterBankSummary(users), ...own];
}

/** @throws ServiceError 'unknown-encoder', also for the one that is always there: it has no record */
export function findEncoder(ctx: Context, name: string): EncoderRecord {
  return ctx.store.encoders.find(name) ?? refuseUnknown(ctx, name);
}

/** @throws ServiceError 'unknown-encoder' */
export function encoderSummaryOf(ctx: Context, id: number): EncoderSummary {
  return encoderSummary(knownEncoder(listedEncoder(ctx, id)), modelsByEncoder(ctx));
}

/**
 * Takes an encoder out of the lists and frees its name.
 * @throws ServiceError 'unknown-encoder' | 'in-use' while a model needs it
 */
export function removeEncoder(
  ctx: Context,
  { id, reason }: { readonly id: number; readonly reason: string },
): void {
  adoptAbandoned(ctx);
  ctx.store.transaction(() => {
    const record = listedEncoder(ctx, id);
    const models = modelsByEncoder(ctx).filter(({ encoder }) => isSame(record, encoder));
    const [first] = models;
    if (first !== undefined) {
      const need = models.length === 1 ? 'needs' : `and ${models.length - 1} more need`;
      throw new ServiceError(
        'in-use',
        `The model "${first.model}" ${need} the encoder "${record.name}"; remove what needs it first.`,
      );
    }
    const fitting = ctx.store.runs
      .list({ kind: 'fit', status: 'running' })
      .some(({ settings }) => usesEncoder(record, settings));
    if (fitting) {
      throw new ServiceError(
        'in-use',
        `A fit is working with the encoder "${record.name}"; stop it or wait for its end, then remove the encoder.`,
      );
    }
    ctx.store.encoders.archive(id);
    recordAction(ctx, {
      action: 'encoder removed',
      subject: `encoder ${record.name}`,
      oldValue: record.fileHash,
      reason,
    });
  });
  removeUnusedFiles(ctx);
}

/** Files that were given but not added stay for an hour: someone may be answering questions about them. */
const GRACE_MS = 60 * 60 * 1000;

export function removeUnusedFiles(ctx: Context): void {
  const hashes = ctx.store.encoders.list().map(({ fileHash }) => fileHash);
  ctx.store.encoderFiles.removeUnreferenced(hashes, GRACE_MS);
}

function listedEncoder(ctx: Context, id: number): EncoderRecord {
  const record = ctx.store.encoders.list().find((each) => each.id === id);
  if (record !== undefined) return record;
  throw new ServiceError(
    'unknown-encoder',
    `There is no encoder with the number ${id}; it may have been removed, look at the list of encoders.`,
  );
}

interface EncoderUse {
  readonly model: string;
  readonly encoder: UsedEncoder;
}

const usedEncoder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('filter-bank') }),
  z.object({ kind: z.literal('onnx'), sha256: z.string(), description: z.unknown() }),
]);
type UsedEncoder = z.infer<typeof usedEncoder>;

/** Of any detector's settings no more than what tells its encoder: a model that cannot be read otherwise still needs it. */
const withEncoder = z.looseObject({ encoder: usedEncoder });

function modelsByEncoder(ctx: Context): EncoderUse[] {
  return ctx.store.models.list().flatMap(({ name, settings }) => {
    const parsed = withEncoder.safeParse(settings);
    return parsed.success ? [{ model: name, encoder: parsed.data.encoder }] : [];
  });
}

function usesEncoder(record: EncoderRecord, runSettings: unknown): boolean {
  const parsed = z.looseObject({ settings: withEncoder }).safeParse(runSettings);
  return parsed.success && isSame(record, parsed.data.settings.encoder);
}

function isSame(record: EncoderRecord, used: UsedEncoder): boolean {
  if (used.kind === 'filter-bank' || used.sha256 !== record.fileHash) return false;
  return isDeepStrictEqual(used.description, record.description);
}

function encoderSummary(
  { record, description, features, training }: KnownEncoder,
  users: readonly EncoderUse[],
): EncoderSummary {
  const { id, name, source, bytes, fileHash, createdAt } = record;
  return {
    id,
    name,
    source,
    use:
      training === null
        ? 'Its features know what it was trained on elsewhere.'
        : `It has learned from "${training.dataset}" what tells one image from another.`,
    dimensions: features.dimensions,
    grid: features.grid,
    hasGrid: features.grid !== null,
    size: features.size,
    channels: description.channels,
    normalisation: normalisationText(description),
    bytes,
    sha256: fileHash,
    createdAt,
    training: training && {
      dataset: training.dataset,
      preset: training.preset,
      seed: training.seed,
      steps: training.steps,
      heldOutLoss: training.heldOutLoss,
      images: training.images,
      heldOutImages: training.heldOutImages,
      seconds: training.seconds,
      device: training.device,
      preparation: describe(training.preparation),
    },
    models: users.filter(({ encoder }) => isSame(record, encoder)).map(({ model }) => model),
  };
}

function filterBankSummary(users: readonly EncoderUse[]): EncoderSummary {
  const [grey, colour] = [gridDimensions(1, FILTERS), gridDimensions(3, FILTERS)];
  return {
    id: null,
    name: FILTER_BANK,
    source: 'built-in',
    use:
      `Always there: texture, edges and spots, ${grey} numbers for every ${FILTERS.cell} × ${FILTERS.cell} grey pixels ` +
      `(${colour} for colours). It has learned nothing and knows no objects.`,
    dimensions: null,
    grid: null,
    hasGrid: true,
    size: null,
    channels: null,
    normalisation: null,
    bytes: null,
    sha256: null,
    createdAt: null,
    training: null,
    models: users.filter(({ encoder }) => encoder.kind === 'filter-bank').map(({ model }) => model),
  };
}

const NAMES = Object.keys({ ...NORMALISATIONS } satisfies Record<NormalisationName, Normalisation>);

function normalisationText({ normalisation, channels }: EncoderDescription): string {
  const same = (name: string) =>
    isNormalisation(name) && isDeepStrictEqual(normalisationFor(name, channels), normalisation);
  const known = NAMES.find(same);
  if (known !== undefined) return known;
  return `mean ${normalisation.mean.join(', ')}; deviation ${normalisation.deviation.join(', ')}`;
}

function isNormalisation(name: string): name is NormalisationName {
  return name in NORMALISATIONS;
}
