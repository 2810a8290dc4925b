import { describe, expect, it } from 'vitest';
import {
  missingText,
  numbersText,
  pictureText,
  scaleText,
  tileText,
} from '../../../renderer/components/case/latents/latent-text.ts';

describe('what is said of a picture that a model has made', () => {
  it('names what was taken from which image', () => {
    expect(pictureText({ kind: 'original', side: 'other' }, 3)).toBe('The other image');
    expect(pictureText({ kind: 'mix', side: 'own', scale: 1 }, 3)).toBe(
      'This image with scale 1 (finest details) of the other one',
    );
    expect(pictureText({ kind: 'mix', side: 'other', scale: 3 }, 3)).toBe(
      'The other image with scale 3 (coarsest shapes) of this one',
    );
    expect(scaleText(2, 3)).toBe('scale 2');
    expect(pictureText({ kind: 'climb', step: 0 }, 3)).toBe('This image');
    expect(pictureText({ kind: 'climb', step: 8 }, 3)).toBe('After 8 steps');
  });

  it('gives its numbers, or why there is none', () => {
    const numbers = { bitsPerDimension: 4.129, outside: 0, missing: null } as const;
    expect(numbersText(numbers)).toEqual(['4.13 bits/dim']);
    expect(numbersText({ ...numbers, outside: 0.124 })).toEqual([
      '4.13 bits/dim',
      '12 % clipped to black or white',
    ]);
    expect(numbersText({ ...numbers, bitsPerDimension: null })).toEqual(['no finite likelihood']);
    expect(numbersText({ ...numbers, missing: 'not-finite' })).toEqual([]);
    expect(missingText(numbers)).toBeNull();
    expect(missingText({ missing: 'out-of-range' })).toContain('darker than black');
    expect(missingText({ missing: 'not-finite' })).toContain('beyond all bounds');
  });

  it('says which tiles are shown', () => {
    expect(tileText([])).toBeNull();
    expect(tileText([{ kind: 'tile', side: 'own', number: 3, count: 12 }])).toBe(
      'Images are cut into tiles for this model. Shown is the most anomalous one: tile 3 of 12 of this image.',
    );
  });
});
