/** The papers' analyses on a small Glow, where what they must find is known. */
import { describe, expect, it } from 'vitest';
import type { AnalysisInput } from '../../../bench/analysis/analysis.ts';
import { mixedLatentsAnalysis } from '../../../bench/analysis/mixed-latents.ts';
import { rankCorrelations } from '../../../bench/analysis/rank-correlations.ts';
import type { ParameterData } from '../../../models/detectors/detector.ts';
import { pixelsOf } from '../../../models/detectors/glow/latent-images.ts';
import type { GlowSettings } from '../../../models/detectors/glow/parameters.ts';
import { cpuEnvironment } from '../../models/cpu-environment.ts';
import { images, movedParameters } from '../../models/detectors/glow/glow-samples.ts';

const glow: GlowSettings = { channels: 1, scales: 2, stepsPerScale: 2, hiddenChannels: 4 };
const shape = { channels: 1, height: 8, width: 8 } as const;
const model: ParameterData = Object.fromEntries(
  Object.entries(movedParameters(glow)).map(([name, { data }]) => [name, Float32Array.from(data)]),
);

function pictures(count: number, seed: number): Uint8Array[] {
  const all = pixelsOf(Float32Array.from(images(count, 1, 8, 8, seed).data));
  return Array.from({ length: count }, (_, index) => all.slice(index * 64, (index + 1) * 64));
}

async function input(changes: Partial<AnalysisInput>): Promise<AnalysisInput> {
  const inside = pictures(12, 1);
  return {
    environment: await cpuEnvironment(),
    glow,
    shape,
    models: [model, model],
    elsewhere: () => Promise.resolve([model]),
    fitted: inside,
    inside,
    outside: pictures(12, 2),
    report: () => undefined,
    ...changes,
  };
}

const valuesOf = async (analysis: typeof rankCorrelations, changes: Partial<AnalysisInput>) => {
  const { findings, images: rows } = await analysis.run(await input(changes));
  return { rows, values: new Map(findings.map(({ what, value }) => [what, value])) };
};

describe('rank correlation between models', () => {
  it('is 1 between a model and itself, and less where one scores otherwise', async () => {
    const same = await valuesOf(rankCorrelations, {});
    expect([...same.values.keys()]).toEqual(
      ['models of other sets', 'models of other seeds'].flatMap((which) =>
        ['full likelihood', 'contribution of scale 1', 'contribution of scale 2'].map(
          (of) => `${which}: ${of}`,
        ),
      ),
    );
    for (const value of same.values.values()) expect(value).toBeCloseTo(1);
    const turned = Object.fromEntries(
      Object.entries(model).map(([name, data]) => [
        name,
        data.map((value, at) => value * (at % 2 ? 1.6 : 0.6)),
      ]),
    );
    const { values } = await valuesOf(rankCorrelations, {
      elsewhere: () => Promise.resolve([turned]),
    });
    expect(values.get('models of other sets: full likelihood')).toBeLessThan(0.999);
    expect(values.get('models of other seeds: full likelihood')).toBeCloseTo(1);
  });

  it('is refused where there is one model alone', async () => {
    await expect(valuesOf(rankCorrelations, { models: [model] })).rejects.toThrow('--seeds 2');
  });
});

describe('latents mixed across scales', () => {
  it('leave an image as it is where the other is the same', async () => {
    const inside = pictures(12, 1);
    const { rows, values } = await valuesOf(mixedLatentsAnalysis, { inside, outside: inside });
    for (const scale of [1, 2]) {
      const what = `scale ${scale} from the other image`;
      expect(values.get(`${what}: share of mixes that are images`)).toBe(1);
      expect(values.get(`${what}: correlation with the image itself`)).toBeGreaterThan(0.999);
    }
    // Both images and a mix for each scale, of eight pairs.
    expect(rows.map((row) => row.length)).toEqual([8, 8, 8, 8]);
    expect(rows[1]).toEqual(rows[0]);
  });

  it('that are no numbers are counted, and shown nowhere', async () => {
    const broken = Object.fromEntries(
      Object.entries(model).map(([name, data]) => [
        name,
        name.includes('lu') ? data : data.map((value) => value * 1e30),
      ]),
    );
    const { rows, values } = await valuesOf(mixedLatentsAnalysis, { models: [broken] });
    expect([...values.values()]).toEqual([0, 0]);
    expect(rows).toEqual([]);
  });
});
