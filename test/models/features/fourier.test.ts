import { describe, expect, it } from 'vitest';
import { amplitudePhaseMix } from '../../../models/features/fourier.ts';
import { chance } from '../samples.ts';

const shape = { channels: 3, height: 6, width: 8 } as const;
const draw = chance(2);
const noise = () => Uint8Array.from({ length: 144 }, () => Math.floor(256 * draw()));

describe('mixing amplitudes and phases', () => {
  it('gives an image back from its own amplitudes and phases', () => {
    const image = noise();
    expect(amplitudePhaseMix(image, image, shape)).toEqual(image);
  });

  it('takes brightness from the amplitudes and places from the phases', () => {
    const grey = { channels: 1, height: 8, width: 8 } as const;
    const wave = (shift: number, height: number) =>
      Uint8Array.from({ length: 64 }, (_, at) =>
        Math.round(128 + height * Math.cos((2 * Math.PI * ((at % 8) + shift)) / 8)),
      );
    expect(Array.from(amplitudePhaseMix(wave(0, 100), wave(2, 40), grey))).toEqual(Array.from(wave(2, 100)));
  });

  it('clips what leaves the range, and survives a constant image', () => {
    const mixed = amplitudePhaseMix(noise(), new Uint8Array(144).fill(9), shape);
    expect(mixed).toHaveLength(144);
    expect(amplitudePhaseMix(new Uint8Array(144), noise(), shape).every((value) => value === 0)).toBe(true);
  });
});
