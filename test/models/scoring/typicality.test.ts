import { describe, expect, it } from 'vitest';
import { compressionRatio } from '../../../models/scoring/compression-ratio.ts';
import { auroc } from '../../../models/scoring/metrics.ts';
import { meanLikelihoodScore, typicality } from '../../../models/scoring/typicality.ts';
import { normals } from '../samples.ts';

describe('typicality', () => {
  it('is the distance from the training mean, on either side', () => {
    const mean = meanLikelihoodScore([-10, -12, -14]);
    expect(mean).toBe(-12);
    expect(typicality(-12, mean)).toBe(0);
    expect(typicality(-20, mean)).toBe(8);
    expect(typicality(-4, mean)).toBe(8);
  });

  it('finds what is too likely: the mode of a Gaussian in many dimensions', () => {
    const draw = normals(5);
    const nll = (vector: readonly number[]) =>
      vector.reduce((sum, value) => sum + value ** 2 / 2 + Math.log(2 * Math.PI) / 2, 0);
    const sampled = () => nll(Array.from({ length: 200 }, draw));
    const mean = meanLikelihoodScore(Array.from({ length: 300 }, sampled));
    const normal = Array.from({ length: 50 }, sampled);
    const near = Array.from({ length: 50 }, () => nll(Array.from({ length: 200 }, () => 0.3 * draw())));
    expect(auroc(normal, near)).toBe(0);
    expect(
      auroc(
        normal.map((score) => typicality(score, mean)),
        near.map((score) => typicality(score, mean)),
      ),
    ).toBe(1);
  });

  it('needs training scores that are numbers', () => {
    expect(() => meanLikelihoodScore([])).toThrow('there are no training scores');
    expect(() => meanLikelihoodScore([1, NaN])).toThrow('training score 1 is NaN');
  });
});

describe('the ratio to a compressor', () => {
  const shape = { channels: 1, height: 2, width: 2 } as const;

  it('is zero where the model needs as many bits as the file', () => {
    // A uniform density over the 256 values is 1 in units of the input: 8 bits a pixel.
    expect(compressionRatio(0, 32, shape)).toBeCloseTo(0, 12);
    expect(compressionRatio(3, 32, shape)).toBeCloseTo(3, 12);
  });

  it('is higher where the file is smaller: the image is simple, and the model surprised all the same', () => {
    expect(compressionRatio(5, 10, shape) - compressionRatio(5, 11, shape)).toBeCloseTo(Math.LN2, 12);
  });
});
