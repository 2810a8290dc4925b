import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeTensors, encodeTensors } from '../../main/jobs/weights-file.ts';
import type { ParameterData } from '../../models/detectors/detector.ts';
import { type KeptCheckpoint, keptCheckpoint } from './kept-checkpoint.ts';
import type { AccuracyRequest } from './request.ts';

export interface KeptFit {
  readonly parameters: ParameterData;
  /** What fitting took, in however many goes. */
  readonly seconds: number;
}

/**
 * Weights of a long fit, fitted once: an interrupted benchmark goes on within or after it, and several suites may start from it.
 * @param name tells the fit apart from others, for people
 * @param dependsOn everything that changes the weights
 * @param fit gets where it may keep how far it has come
 */
export async function keptWeights(
  { cache, report, environment }: AccuracyRequest,
  name: string,
  dependsOn: readonly unknown[],
  fit: (checkpoint: KeptCheckpoint) => Promise<ParameterData>,
): Promise<KeptFit> {
  const key = createHash('sha256')
    .update(JSON.stringify([name, ...dependsOn, environment.device.label]))
    .digest('hex');
  const stem = join(cache, `${name.replaceAll(/[^a-zA-Z0-9]+/g, '-')}-${key.slice(0, 16)}`);
  const path = `${stem}.weights`;
  if (existsSync(path)) {
    report(`${name}: already fitted`);
    const { tensors, metadata } = decodeTensors(new Uint8Array(await readFile(path)));
    return { parameters: tensors, seconds: z.coerce.number().parse(metadata['seconds']) };
  }
  const checkpoint = keptCheckpoint(`${stem}.checkpoint`);
  const parameters = await fit(checkpoint);
  const seconds = checkpoint.seconds();
  await mkdir(cache, { recursive: true });
  await writeFile(`${path}.part`, encodeTensors(parameters, { what: name, seconds: String(seconds) }));
  await rename(`${path}.part`, path);
  await checkpoint.remove();
  return { parameters, seconds };
}
