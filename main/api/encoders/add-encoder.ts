/** Encoders that come from a file: what it says of itself, what a person has to say, and its place among the encoders. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import {
  ENCODER_METADATA,
  type EncoderDescription,
  normalisationFor,
} from '../../../models/encoder-description.ts';
import type { ImageShape } from '../../../models/images.ts';
import type {
  DescribedEncoder,
  EncoderAnswers,
  EncoderQuestion,
  EncoderSummary,
} from '../../../preload/contract.ts';
import { type Described, describeEncoder } from '../../engine/encoders/describe-encoder.ts';
import { type EncoderFile, encoderFileOf, readEncoderFile } from '../../engine/encoders/encoder-file.ts';
import type { EncoderRecord } from '../../store/encoders.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import type { EncoderTrainingRecord, MeasuredEncoder } from './encoder-records.ts';
import { FILTER_BANK, choiceOf, encoderSummaryOf, removeUnusedFiles } from './encoders.ts';
import { ServiceError } from '../service-error.ts';

export const NO_ANSWERS: EncoderAnswers = {
  normalisation: null,
  layout: null,
  channels: null,
  size: null,
  vector: null,
  grid: null,
};

/** A file that does not say all of itself; a person has to. */
export class EncoderAsks extends ServiceError {
  readonly questions: readonly EncoderQuestion[];

  constructor(file: string, questions: readonly EncoderQuestion[]) {
    const unsaid = questions.map(questionText).join(', nor ');
    super('encoder-asks', `"${file}" does not say ${unsaid}; say it, and add it again.`);
    this.questions = questions;
  }
}

export interface UploadedEncoder {
  readonly sha256: string;
  /** What it may be called. */
  readonly name: string;
  readonly described: DescribedEncoder;
}

/** Keeps a file that may become an encoder. @throws EncoderError for one that cannot; StoreError */
export async function uploadEncoder(ctx: Context, file: File): Promise<UploadedEncoder> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const opened = encoderFileOf(file.name, bytes);
  const described = describedFor(opened, NO_ANSWERS);
  removeUnusedFiles(ctx);
  const sha256 = ctx.store.encoderFiles.save(bytes);
  return { sha256, name: basename(file.name).replace(/\.onnx$/i, ''), described };
}

export interface KeptFile {
  readonly sha256: string;
  /** As the person knows it. */
  readonly fileName: string;
}

/** @throws ServiceError 'unknown-encoder' where the file is gone; EncoderError for answers that do not fit it */
export function describeUploaded(ctx: Context, kept: KeptFile, answers: EncoderAnswers): DescribedEncoder {
  return describedFor(uploaded(ctx, kept), answers);
}

/**
 * Makes a file that was uploaded an encoder, after it has been run once.
 * @throws ServiceError 'unknown-encoder' | 'name-taken'; EncoderAsks
 * @throws EncoderError, EngineError for one that does not run here; StoreError
 */
export function addUploaded(
  ctx: Context,
  { name, answers, ...kept }: KeptFile & { readonly name: string; readonly answers: EncoderAnswers },
): Promise<EncoderSummary> {
  return addOpened(ctx, uploaded(ctx, kept), name, answers);
}

/** As addUploaded, with a file of this machine. @throws EncoderError 'unreadable' too */
export async function addEncoderFile(
  ctx: Context,
  { path, name, answers }: { readonly path: string; readonly name: string; readonly answers: EncoderAnswers },
): Promise<EncoderSummary> {
  return addOpened(ctx, await readEncoderFile(path), name, answers);
}

/** @throws ServiceError 'name-taken' */
export function checkEncoderName(ctx: Context, name: string): void {
  if (name !== FILTER_BANK && ctx.store.encoders.find(name) === undefined) return;
  throw new ServiceError('name-taken', `An encoder named "${name}" exists already; choose another name.`);
}

async function addOpened(
  ctx: Context,
  file: EncoderFile,
  name: string,
  answers: EncoderAnswers,
): Promise<EncoderSummary> {
  checkEncoderName(ctx, name);
  const described = withAnswers(file, answers);
  if (described.kind === 'asks') {
    throw new EncoderAsks(file.path, described.questions.map(plain));
  }
  const record = await keepEncoder(ctx, file, {
    name,
    description: described.description,
    training: null,
    runId: null,
  });
  return encoderSummaryOf(ctx, record.id);
}

/** Keeps an encoder's file and its record, after it has been run once. @throws as addUploaded */
export async function keepEncoder(
  ctx: Context,
  file: EncoderFile,
  {
    name,
    description,
    training,
    runId,
  }: {
    readonly name: string;
    readonly description: EncoderDescription;
    readonly training: EncoderTrainingRecord | null;
    /** The run that trained it, which ends with this. */
    readonly runId: number | null;
  },
): Promise<EncoderRecord> {
  const { sha256 } = file;
  ctx.store.encoderFiles.save(file.bytes);
  const size = sizeOf(file, description.layout) ?? description.side;
  const of = size ?? ANY_SIZE;
  const shape: ImageShape = { channels: description.channels, ...of };
  const choice = choiceOf(ctx, { kind: 'onnx', sha256, description });
  const features: MeasuredEncoder = { ...(await ctx.jobs.tryEncoder({ choice, shape })), size, of };
  return ctx.store.transaction(() => {
    checkEncoderName(ctx, name);
    const record = ctx.store.encoders.create({
      name,
      fileHash: sha256,
      bytes: file.bytes.byteLength,
      description,
      features,
      source: training === null ? 'file' : 'trained',
      training,
    });
    const action = training === null ? 'encoder added' : 'encoder trained';
    if (runId !== null) ctx.store.runs.finish(runId);
    recordAction(ctx, { action, subject: `encoder ${name}`, newValue: sha256 });
    return record;
  });
}

/** What an encoder of any size is tried with: the size of the images that most detectors see. */
const ANY_SIZE = { height: 64, width: 64 };

function uploaded(ctx: Context, { sha256, fileName }: KeptFile): EncoderFile {
  if (existsSync(ctx.store.encoderFiles.path(sha256))) {
    return encoderFileOf(fileName, ctx.store.encoderFiles.load(sha256));
  }
  throw new ServiceError('unknown-encoder', `"${fileName}" is no longer at hand; choose the file again.`);
}

/** What the file and the answers say, with what the answers leave to the shapes. */
function withAnswers(file: EncoderFile, answers: EncoderAnswers): Described {
  const { layout, channels, size, vector, normalisation, grid } = answers;
  const given: Partial<EncoderDescription> = {
    ...(layout !== null && { layout }),
    ...(channels !== null && { channels }),
    ...(size !== null && { side: size }),
    ...(vector !== null && { vector }),
  };
  const first = describeEncoder(file, given);
  const known = first.kind === 'complete' ? first.description : first.known;
  return describeEncoder(file, {
    ...given,
    ...(normalisation !== null &&
      known.channels !== null && { normalisation: normalisationFor(normalisation, known.channels) }),
    ...(grid !== null && known.layout !== null && { grid: { tensor: grid, layout: known.layout } }),
  });
}

function describedFor(file: EncoderFile, answers: EncoderAnswers): DescribedEncoder {
  const described = withAnswers(file, answers);
  const known = described.kind === 'complete' ? described.description : described.known;
  const { layout, channels, vector, grid } = known;
  return {
    questions: described.kind === 'complete' ? [] : described.questions.map(plain),
    describesItself: file.metadata[ENCODER_METADATA] !== undefined,
    layout,
    channels,
    size: layout === null ? null : sizeOf(file, layout),
    vector,
    grid: grid?.tensor ?? null,
    outputs: file.outputs.map(({ name }) => name),
  };
}

function plain(question: Extract<Described, { kind: 'asks' }>['questions'][number]): EncoderQuestion {
  return question.about === 'vector' ? { about: 'vector', choices: [...question.choices] } : question;
}

/** Pixels that the file takes; null where it takes any number. */
function sizeOf({ input }: EncoderFile, layout: EncoderDescription['layout']): MeasuredEncoder['size'] {
  const [height, width] = (layout === 'NCHW' ? [2, 3] : [1, 2]).map((axis) => input.sides[axis]);
  return typeof height === 'number' && typeof width === 'number' ? { height, width } : null;
}

function questionText(question: EncoderQuestion): string {
  switch (question.about) {
    case 'normalisation':
      return 'how pixels are normalised';
    case 'layout':
      return 'whether channels come first or last';
    case 'channels':
      return 'whether it takes grey images or colours';
    case 'vector':
      return 'which of its outputs is the vector of an image';
  }
}
