/** Where a long fit stands, in a file, so that an interrupted benchmark goes on within it. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { prefixed, unprefixed } from '../../main/jobs/prefixed-tensors.ts';
import { decodeTensors, encodeTensors } from '../../main/jobs/weights-file.ts';
import type { ParameterData } from '../../models/detectors/detector.ts';
import type { Checkpoint } from '../../models/training/checkpoint.ts';

export interface FitState {
  /** The best weights of the stages that are done. */
  readonly earlier: readonly ParameterData[];
  /** Of the stage that is not. */
  readonly checkpoint: Checkpoint;
  /** Its best weights so far; null before its first evaluation. */
  readonly best: ParameterData | null;
}

export interface KeptCheckpoint {
  /** Null where there is none. @throws WeightsFileError for a damaged file */
  load(): Promise<FitState | null>;
  save(state: FitState): Promise<void>;
  remove(): Promise<void>;
  /** What the fit has taken so far, what was spent before it was interrupted included. */
  seconds(): number;
}

const progress = z.object({
  step: z.int(),
  rejectedSteps: z.int(),
  best: z.object({ heldOut: z.number(), step: z.int() }).nullable(),
  stages: z.int(),
  hasBest: z.boolean(),
  seconds: z.number(),
});

const STATE = 'state/';
const FIXED = 'fixed/';
const BEST = 'best/';
const stageOf = (index: number) => `stage${index}/`;

export function keptCheckpoint(path: string): KeptCheckpoint {
  const begun = performance.now();
  let before = 0;
  const spent = () => before + (performance.now() - begun) / 1000;
  return {
    seconds: spent,
    async load() {
      if (!existsSync(path)) return null;
      const { tensors, metadata } = decodeTensors(new Uint8Array(await readFile(path)));
      const said = progress.parse(JSON.parse(metadata['progress'] ?? ''));
      const { step, stages, hasBest, seconds, ...reached } = said;
      before = seconds;
      const below = (prefix: string) => unprefixed(prefix, tensors);
      return {
        earlier: Array.from({ length: stages }, (_, index) => below(stageOf(index))),
        checkpoint: { step, state: below(STATE), fixed: below(FIXED), progress: reached },
        best: hasBest ? below(BEST) : null,
      };
    },
    async save({ earlier, checkpoint, best }) {
      const { step, state, fixed, progress: reached } = checkpoint;
      const sets = [
        prefixed(STATE, state),
        prefixed(FIXED, fixed),
        prefixed(BEST, best ?? {}),
        ...earlier.map((weights, index) => prefixed(stageOf(index), weights)),
      ];
      const tensors = Object.fromEntries(sets.flatMap((set) => Object.entries(set)));
      const said = { step, stages: earlier.length, hasBest: best !== null, seconds: spent(), ...reached };
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.part`, encodeTensors(tensors, { progress: JSON.stringify(said) }));
      await rename(`${path}.part`, path);
    },
    remove: () => rm(path, { force: true }),
  };
}
