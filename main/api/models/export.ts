import { join, resolve } from 'node:path';
import { scoringGraph } from '../../../models/detectors/shared/likelihood-scorer.ts';
import { NOTICE } from '../../../preload/contract/notice.ts';
import type { Context } from '../context.ts';
import { type KnownModel, findModel, generalOf, loadTensors } from './known-models.ts';
import { modelCard } from './model-card.ts';
import { cardOutside } from './names-outside.ts';
import { describe } from '../inputs/preparation-text.ts';
import { ServiceError } from '../service-error.ts';
import { writeWhole } from '../write-file.ts';

export interface ExportRequest {
  readonly model: string;
  /** A folder; made where it is missing. */
  readonly output: string;
  /** Images per run of the exported graph. */
  readonly batch: number;
}

export interface ExportedModel {
  /** Absolute paths of the files written, the model's graph first. */
  readonly files: readonly string[];
}

/**
 * Writes a model as ONNX, with the general model of its ratio, and its card as Markdown and JSON.
 * @throws ServiceError 'unknown-model' | 'invalid-request' | 'write-failed'
 */
export async function exportModel(ctx: Context, request: ExportRequest): Promise<ExportedModel> {
  const model = findModel(ctx, request.model);
  const { batch } = request;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new ServiceError('invalid-request', 'The batch must be a whole number of images, at least 1.');
  }
  const general = generalOf(ctx, model);
  const folder = resolve(request.output);
  const stem = fileName(model.record.name);
  const files: string[] = [];
  const write = async (name: string, content: Uint8Array | string) => {
    const path = join(folder, name);
    await writeWhole(path, content);
    files.push(path);
  };
  await write(`${stem}.onnx`, graphOf(ctx, model, batch));
  if (general !== null) await write(`${stem}.general.onnx`, graphOf(ctx, general, batch));
  const card = cardOutside(ctx, model);
  await write(`${stem}.md`, modelCard(card));
  await write(`${stem}.json`, `${JSON.stringify(card, null, 2)}\n`);
  return { files };
}

function graphOf(ctx: Context, model: KnownModel, batch: number): Uint8Array {
  const { likelihood, method } = model.detector;
  if (likelihood === null) {
    throw new ServiceError(
      'invalid-request',
      `"${model.record.name}" cannot be written as ONNX: the scores of ${method.title} are no likelihood of an image by one graph; export it as a model file in the window.`,
    );
  }
  const { channels, height, width } = model.preparation;
  const { record } = model;
  return scoringGraph(
    likelihood,
    loadTensors(ctx, model.record.weightsHash),
    batch,
    { channels, height, width },
    {
      what: `flowscreen ${record.detector} "${record.name}": log-likelihood maps of an image`,
      input: `images [${batch}, ${channels}, ${height}, ${width}]: 8-bit x becomes x / 256 - 0.5 + 1 / 512`,
      output:
        'map<i> [batch, h, w] in nats, i = 0 the finest scale; the sum of all values of all maps is log p(image); -log p is the anomaly score',
      preparation: `${describe(model.preparation)}: ${JSON.stringify(model.preparation)}`,
      dataFingerprint: record.dataFingerprint,
      notice: NOTICE,
    },
  );
}

/** A name may hold what file systems refuse. */
export function fileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_');
}
