import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BenchStopped } from '../../../bench/accuracy/bench-stopped.ts';
import { type FitEnvironment, fitMethod } from '../../../bench/accuracy/fitted-method.ts';
import { memorySource } from '../../../bench/accuracy/image-pools.ts';
import { type KeptCheckpoint, keptCheckpoint } from '../../../bench/accuracy/kept-checkpoint.ts';
import { WeightsFileError } from '../../../main/jobs/weights-file.ts';
import { contrastiveFlow } from '../../../models/detectors/contrastive-flow.ts';
import type { Encoder } from '../../../models/detectors/method.ts';
import { RandomStream } from '../../../models/random.ts';
import { cpuEnvironment } from '../../models/cpu-environment.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SHAPE = { channels: 1, height: 1, width: 2 } as const;

/** The two pixels, as numbers around 0. */
const pixels: Encoder = {
  fingerprint: 'pixels',
  dimensions: 2,
  grid: null,
  encode: (images) =>
    Promise.resolve({
      vectors: Float32Array.from(images.flatMap((image) => [...image].map((value) => value / 128 - 1))),
      grids: null,
    }),
};

function around(centre: number, count: number, seed: number): Uint8Array[] {
  const random = new RandomStream(seed, 'images');
  return Array.from({ length: count }, () => Uint8Array.from([0, 0], () => centre + random.integer(21) - 10));
}

const data = {
  normal: memorySource(around(150, 64, 1), SHAPE),
  heldOut: memorySource(around(150, 16, 2), SHAPE),
  general: memorySource(around(90, 64, 3), SHAPE),
  generalModel: null,
  exposure: null,
  encoder: pixels,
};
const settings = contrastiveFlow.settings('tiny', SHAPE);

/** @param stopAt ends the fit when it has told of a line that holds this */
async function fitted(checkpoint?: KeptCheckpoint, stopAt?: string) {
  const stop = new AbortController();
  const lines: string[] = [];
  const request: FitEnvironment = {
    environment: await cpuEnvironment(),
    report: (line) => {
      lines.push(line);
      if (stopAt !== undefined && line.includes(stopAt)) stop.abort();
    },
    signal: stop.signal,
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
  const weights = await fitMethod(request, contrastiveFlow, data, settings, 1, 'pixels').catch(
    (error: unknown) => {
      if (error instanceof BenchStopped) return error;
      throw error;
    },
  );
  return { weights, lines };
}

describe('a fit that is stopped and started again', () => {
  it.each(['pixels: step', 'stage 2: step'])(
    'ends with the same weights, though stopped after "%s"',
    async (line) => {
      const checkpoint = keptCheckpoint(join(temporaryFolder(), 'fit.checkpoint'));
      const stopped = await fitted(checkpoint, line);
      expect(stopped.weights).toBeInstanceOf(BenchStopped);
      const resumed = await fitted(checkpoint);
      expect(resumed.lines[0]).toMatch(/goes on at step [1-9]/);
      const { weights: whole } = await fitted();
      expect(resumed.weights).toEqual(whole);
    },
  );
});

describe('a kept checkpoint', () => {
  it('is nothing before it is saved and after it is removed', async () => {
    const path = join(temporaryFolder(), 'sub', 'fit.checkpoint');
    const kept = keptCheckpoint(path);
    expect(await kept.load()).toBeNull();
    const state = {
      earlier: [{ weight: Float32Array.of(7) }],
      checkpoint: {
        step: 3,
        state: { 'pack0/parameter': Float32Array.of(1, 2) },
        fixed: { scale: Float32Array.of(4) },
        progress: { rejectedSteps: 1, best: null },
      },
      best: null,
    };
    await kept.save(state);
    expect(await kept.load()).toEqual(state);
    await kept.remove();
    expect([await kept.load(), existsSync(path)]).toEqual([null, false]);
  });

  it('that is damaged is refused', async () => {
    const path = join(temporaryFolder(), 'fit.checkpoint');
    writeFileSync(path, 'no tensors');
    await expect(keptCheckpoint(path).load()).rejects.toThrow(WeightsFileError);
  });
});
