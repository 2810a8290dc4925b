import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../models/random.ts';
import { binMiddleSamples, dequantisedSamples, labelledSamples } from '../../models/samples.ts';
import { sourceOf } from './training/gaussian-model.ts';

const shape = { channels: 1, height: 2, width: 2 } as const;
const source = sourceOf(
  [Uint8Array.of(0, 1, 254, 255), Uint8Array.of(9, 9, 9, 9), Uint8Array.of(70, 80, 90, 100)],
  shape,
);
const still = { translate: 0, flipHorizontally: false };
const random = (purpose: string) => new RandomStream(3, purpose);

describe('samples of images', () => {
  it('lie in the middles of their bins for a distribution over values', async () => {
    const drawn = await binMiddleSamples(source, still).draw([0], random);
    expect(Array.from(drawn, (value) => (value + 0.5) * 256)).toEqual([0.5, 1.5, 254.5, 255.5]);
  });

  it('lie anywhere in their bins for a density', async () => {
    const drawn = await dequantisedSamples(source, still).draw([0, 2], random);
    const values = Array.from(drawn, (value) => (value + 0.5) * 256);
    expect(values.map(Math.floor)).toEqual([0, 1, 254, 255, 70, 80, 90, 100]);
    expect(new Set(values.map((value) => value % 1)).size).toBeGreaterThan(6);
  });

  it('bring their labels along, in whatever order they are drawn', async () => {
    const labelled = labelledSamples(binMiddleSamples(source, still), [2, 0, 1], 3);
    expect([labelled.count, labelled.shape]).toEqual([3, [7]]);
    const drawn = await labelled.draw([2, 0, 2], random);
    const rows = [0, 1, 2].map((row) => Array.from(drawn.subarray(row * 7, (row + 1) * 7)));
    expect(rows.map((row) => row.slice(4))).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(rows[0]?.slice(0, 4).map((value) => (value + 0.5) * 256 - 0.5)).toEqual([70, 80, 90, 100]);
  });
});
