import { beforeAll, describe, expect, it } from 'vitest';
import type { ParameterData } from '../../../../models/detectors/detector.ts';
import { type GlowFit, glow } from '../../../../models/detectors/glow.ts';
import type { OutlierObjective } from '../../../../models/detectors/glow/against-outliers.ts';
import type { FitData } from '../../../../models/detectors/method.ts';
import type { Environment } from '../../../../models/device.ts';
import type { ImageSource } from '../../../../models/images.ts';
import { auroc } from '../../../../models/scoring/metrics.ts';
import { batchStream } from '../../../../models/training/batch-stream.ts';
import { fit } from '../../../../models/training/fit.ts';
import { Training } from '../../../../models/training/training.ts';
import { cpuEnvironment } from '../../cpu-environment.ts';
import { chance } from '../../samples.ts';

const SHAPE = { channels: 1, height: 8, width: 8 } as const;

/** Smooth images: a bright spot on a dark ground; where it lies is what tells the two kinds apart. */
function spots(count: number, seed: number, right: boolean): ImageSource {
  const draw = chance(seed);
  const images = Array.from({ length: count }, () => {
    const [x0, y0] = [(right ? 5 : 2) + draw(), 2 + 3 * draw()];
    return Uint8Array.from({ length: 64 }, (_, at) => {
      const distance = ((at % 8) - x0) ** 2 + (Math.floor(at / 8) - y0) ** 2;
      return Math.floor(40 + 150 * Math.exp(-distance / 3) + 12 * draw());
    });
  });
  return {
    shape: SHAPE,
    count,
    read: (indices) => Promise.resolve(indices.map((index) => images[index] ?? new Uint8Array(64))),
  };
}

function joined(first: ImageSource, second: ImageSource): ImageSource {
  return {
    shape: SHAPE,
    count: first.count + second.count,
    read: async (indices) =>
      Promise.all(
        indices.map(async (index) => {
          const source = index < first.count ? first : second;
          const [image = new Uint8Array(64)] = await source.read([
            index < first.count ? index : index - first.count,
          ]);
          return image;
        }),
      ),
  };
}

const settings = (steps: number, outliers: OutlierObjective | null, frozenScales = 0): GlowFit => ({
  glow: { channels: 1, scales: 2, stepsPerScale: 2, hiddenChannels: 16 },
  fit: {
    batchSize: 16,
    optimiser: { kind: 'adamax', weightDecay: 0 },
    schedule: { peak: 5e-3, warmupSteps: 5, totalSteps: steps, decay: 'cosine' },
    averagingDecay: 0.9,
    augmentation: { translate: 0, flipHorizontally: false },
    evaluateEvery: 40,
    patience: 0,
  },
  outliers,
  frozenScales,
});

let environment: Environment;
beforeAll(async () => {
  environment = await cpuEnvironment();
});

async function fitted(data: FitData, chosen: GlowFit): Promise<ParameterData> {
  const prepared = await glow.prepare(environment, data, chosen, 1);
  const [normal, ...others] = prepared.inputs;
  const training = await Training.start(
    environment,
    prepared.trainable,
    prepared.run,
    batchStream(normal, others, 1),
    { kind: 'parameters', parameters: prepared.initial },
  );
  let best: ParameterData | null = null;
  try {
    for await (const event of fit(training, prepared.run, (parameters) => prepared.measure(parameters))) {
      if (event.kind === 'evaluation') best = event.parameters ?? best;
    }
  } finally {
    await training.dispose();
  }
  if (best === null) throw new Error('no evaluation');
  return prepared.finish(best);
}

async function found(
  parameters: ParameterData,
  generalModel: ParameterData,
): Promise<Record<string, number>> {
  const scorer = await glow.open(
    environment,
    settings(1, null),
    { parameters, generalModel, encoder: null },
    SHAPE,
    64,
  );
  try {
    const scored = async (right: boolean) => {
      const source = spots(64, 99, right);
      return scorer.score(await source.read(Array.from({ length: 64 }, (_, index) => index)));
    };
    const [normal, anomalous] = [await scored(false), await scored(true)];
    const names = Object.keys(normal[0]?.scores ?? {});
    const list = (all: typeof normal, name: string) => all.map(({ scores }) => scores[name] ?? NaN);
    return Object.fromEntries(names.map((name) => [name, auroc(list(normal, name), list(anomalous, name))]));
  } finally {
    await scorer.dispose();
  }
}

describe('a Glow fitted against outliers', () => {
  const normal = spots(96, 1, false);
  const heldOut = spots(32, 2, false);
  const general = joined(spots(48, 3, false), spots(48, 4, true));
  const data: FitData = { normal, heldOut, general, generalModel: null, exposure: null, encoder: null };
  let generalModel: ParameterData;
  beforeAll(async () => {
    generalModel = await fitted({ ...data, normal: general, heldOut: general }, settings(120, null));
  });

  const published = { kind: 'ratio', weight: 125, temperature: 21 } as const;

  it.each([published, { kind: 'margin', margin: 64 } as const])(
    'tells better than the general model where a spot is (%o)',
    async (outliers) => {
      const own = await fitted({ ...data, generalModel }, settings(120, outliers));
      const [before, after] = [await found(generalModel, generalModel), await found(own, generalModel)];
      expect(after['ratio']).toBeGreaterThan(0.9);
      expect(after['ratio']).toBeGreaterThan((before['likelihood'] ?? 1) + 0.2);
      expect(Object.keys(own).filter((name) => name.startsWith('general/'))).toEqual([]);
    },
  );

  it('leaves frozen scales as the general model has them', async () => {
    const own = await fitted({ ...data, generalModel }, settings(40, null, 1));
    const same = Object.keys(own).filter((name) => String(own[name]) === String(generalModel[name]));
    const fixed = Object.keys(own).filter((name) => /^scale0\.|\.lu\.(permutation|sign)$/.test(name));
    expect(same.sort()).toEqual(fixed.sort());
  });

  it('needs general images, and for the ratio a general model', async () => {
    await expect(fitted({ ...data, general: null, generalModel }, settings(1, published))).rejects.toThrow(
      'general images',
    );
    await expect(fitted(data, settings(1, published))).rejects.toThrow('general model');
  });
});
