import { describe, expect, it } from 'vitest';
import { bitsPerDimension, elementsOf, scoringInput } from '../../models/images.ts';

describe('8-bit images as model input', () => {
  it('sit in the middle of their bins', () => {
    const images = [Uint8Array.from([0, 255, 128]), Uint8Array.from([1, 2, 3])];
    const input = scoringInput(images, 3);
    expect(Array.from(input, (value) => (value + 0.5) * 256)).toEqual([0.5, 255.5, 128.5, 1.5, 2.5, 3.5]);
  });

  it('count channels, rows and columns', () => {
    expect(elementsOf({ channels: 3, height: 4, width: 5 })).toBe(60);
  });

  it('take 8 bits per dimension under a uniform density, and fewer under a better one', () => {
    // Uniform on [−0.5, 0.5): log p = 0.
    expect(bitsPerDimension(0, 3072)).toBe(8);
    // A density of 2 per dimension halves the bins to choose from.
    expect(bitsPerDimension(3072 * Math.LN2, 3072)).toBeCloseTo(7, 12);
  });
});
