/** A model as one file, described in docs/model-file.md: a manifest, then the weights it names. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Preparation } from '../../ingest/preparation-settings.ts';
import { boundDetector } from '../../jobs/known-detectors.ts';
import { WeightsFileError, decodeTensors } from '../../jobs/weights-file.ts';
import { fitsTogether } from '../fit/fits-together.ts';
import { type EncoderPart, encoderPart, isNeeded } from './model-encoders.ts';
import { modelSettings, travelledMetrics } from './records.ts';
import { samePreparation } from '../inputs/same-preparation.ts';
import { ServiceError } from '../service-error.ts';

export const MODEL_FILE_EXTENSION = '.flowscreen-model';

const MAGIC = 'FLOWMDL1';
const LENGTH_BYTES = 8;
const HEAD_BYTES = MAGIC.length + LENGTH_BYTES;
/** A thousand held-out scores of a dozen names take a quarter of a megabyte. */
const MOST_MANIFEST_BYTES = 16 * 1024 * 1024;
const MOST_WEIGHTS_BYTES = 2_000_000_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().trim().min(1).max(1000);

const modelPart = z.strictObject({
  name: z.string().trim().min(1).max(200),
  detector: text,
  settings: modelSettings,
  preparation: Preparation.refine(
    ({ height, width }) => height <= 4096 && width <= 4096,
    'The prepared images are too large.',
  ),
  dataset: text,
  seed: z.int(),
  versions: z.record(z.string().max(100), z.string().max(100)),
  device: text,
  dataFingerprint: sha256,
  metrics: travelledMetrics,
  createdAt: z.iso.datetime({ precision: 3 }),
  weights: z.strictObject({ sha256, bytes: z.int().positive().max(MOST_WEIGHTS_BYTES) }),
});

const manifestSchema = z.strictObject({
  format: z.literal('flowscreen-model'),
  /** 1 knew Glow alone. */
  version: z.literal([1, 2]),
  notice: z.string().max(1000),
  exportedAt: z.iso.datetime(),
  /** For people; nothing is read from it. */
  card: z.string().max(1_000_000),
  /** The model, then the general one of its ratio. */
  models: z.array(modelPart).min(1).max(2),
  /** What their features come from, where that is not always there. */
  encoders: z.array(encoderPart).max(2).default([]),
});

export type ModelPart = z.infer<typeof modelPart>;
export type ModelManifest = z.infer<typeof manifestSchema>;

/** What comes before the weights. */
export function encodeManifest(manifest: ModelManifest): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(manifest));
  const bytes = new Uint8Array(HEAD_BYTES + json.byteLength);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setBigUint64(MAGIC.length, BigInt(json.byteLength), true);
  bytes.set(json, HEAD_BYTES);
  return bytes;
}

export interface OpenedModelFile {
  readonly manifest: ModelManifest;
  /**
   * The weights of the part at that place, checked against their hash and against the network they are for.
   * @throws ServiceError 'bad-model-file'
   */
  weights(index: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The ONNX file of an encoder that travels along, checked against its hash. @throws ServiceError 'bad-model-file' */
  encoder(part: EncoderPart): Promise<Uint8Array<ArrayBuffer>>;
}

/** Reads and checks everything but the weights. @throws ServiceError 'bad-model-file' */
export async function openModelFile(file: Blob): Promise<OpenedModelFile> {
  const head = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const magic = new TextDecoder('latin1').decode(head.buffer.slice(0, MAGIC.length));
  if (head.byteLength < HEAD_BYTES || magic !== MAGIC) refuse('it does not begin as one');
  const length = head.getBigUint64(MAGIC.length, true);
  if (length > BigInt(MOST_MANIFEST_BYTES)) refuse('its description is too long');
  const start = HEAD_BYTES + Number(length);
  if (start > file.size) refuse('it ends inside its description');
  const manifest = parseManifest(await file.slice(HEAD_BYTES, start).arrayBuffer());
  const lengths = [
    ...manifest.models.map(({ weights }) => weights.bytes),
    ...manifest.encoders.map(({ bytes }) => bytes ?? 0),
  ];
  const startOf = (index: number) => lengths.slice(0, index).reduce((sum, each) => sum + each, start);
  const end = startOf(lengths.length);
  if (file.size !== end)
    refuse(file.size < end ? 'it ends inside its weights' : 'it goes on after its weights');
  const bytesAt = async (index: number) =>
    new Uint8Array(await file.slice(startOf(index), startOf(index + 1)).arrayBuffer());
  return {
    manifest,
    async weights(index) {
      const part = manifest.models[index];
      if (part === undefined) throw new RangeError(`there is no model ${index} in the file`);
      const bytes = await bytesAt(index);
      checkWeights(part, bytes);
      return bytes;
    },
    async encoder(part) {
      const bytes = await bytesAt(manifest.models.length + manifest.encoders.indexOf(part));
      if (createHash('sha256').update(bytes).digest('hex') !== part.sha256) {
        refuse(`the encoder "${part.name}" is damaged`);
      }
      return bytes;
    },
  };
}

function parseManifest(bytes: ArrayBuffer): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return refuse('its description is no JSON', error);
  }
  const manifest = manifestSchema.safeParse(json);
  if (!manifest.success) {
    const [issue] = manifest.error.issues;
    return refuse(`its description is not valid at ${issue?.path.join('.') ?? 'the top'}`, manifest.error);
  }
  const [own, general] = manifest.data.models;
  if (own === undefined) return refuse('it holds no model');
  for (const part of manifest.data.models) {
    checkDetector(part);
    const { encoder } = part.settings;
    if (encoder?.kind === 'onnx' && !manifest.data.encoders.some((each) => isNeeded(each, encoder)))
      refuse(`the encoder that "${part.name}" needs is not named`);
  }
  if (general !== undefined) checkPair(own, general);
  return manifest.data;
}

function checkDetector({ name, detector, settings, preparation }: ModelPart): void {
  if (settings.detector.id !== detector) refuse(`"${name}" has the settings of another detector`);
  // A network says how many channels its images have, wherever in its settings that is.
  const channels = channelsOf(settings.detector.settings);
  if (channels !== null && channels !== preparation.channels)
    refuse(`"${name}" is not for the images it is given`);
}

const ofNetwork = z.looseObject({ channels: z.number() });
const withNetwork = z.union([
  z.looseObject({ glow: ofNetwork }).transform(({ glow }) => glow.channels),
  z.looseObject({ network: ofNetwork }).transform(({ network }) => network.channels),
]);

function channelsOf(settings: unknown): number | null {
  const parsed = withNetwork.safeParse(settings);
  return parsed.success ? parsed.data : null;
}

/** The ratio compares two networks of one build on the same images. */
function checkPair(own: ModelPart, general: ModelPart): void {
  const detectors = [own, general].map(({ settings }) => boundDetector(settings.detector));
  const [ofOwn, ofGeneral] = detectors;
  const sameNetwork =
    ofOwn !== undefined && ofGeneral !== undefined && fitsTogether(ofOwn, ofGeneral, own.preparation);
  if (!sameNetwork || !samePreparation(own.preparation, general.preparation)) {
    refuse('its two models do not belong together');
  }
}

/** Weights that depend on more than the settings are checked by their hash alone, and by whoever opens them. */
function checkWeights(
  { name, settings, preparation, weights }: ModelPart,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  if (createHash('sha256').update(bytes).digest('hex') !== weights.sha256) {
    refuse(`the weights of "${name}" are damaged`);
  }
  const tensors = tensorsIn(bytes, name);
  const { channels, height, width } = preparation;
  const specs = boundDetector(settings.detector).kept({ channels, height, width });
  if (specs === null) return;
  const fits = specs.every(
    (spec) => tensors[spec.name]?.length === spec.shape.reduce((product, side) => product * side, 1),
  );
  if (!fits || Object.keys(tensors).length !== specs.length)
    refuse(`the weights of "${name}" are those of another network`);
}

function tensorsIn(bytes: Uint8Array<ArrayBuffer>, name: string) {
  try {
    return decodeTensors(bytes).tensors;
  } catch (error) {
    if (!(error instanceof WeightsFileError)) throw error;
    return refuse(`the weights of "${name}" cannot be read`, error);
  }
}

function refuse(why: string, cause?: unknown): never {
  throw new ServiceError(
    'bad-model-file',
    `This file holds no model that can be imported (${why}); export the model again and choose that file.`,
    { cause },
  );
}
