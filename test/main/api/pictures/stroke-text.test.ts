import { describe, expect, it } from 'vitest';
import { textPath, textWidth } from '../../../../main/api/pictures/stroke-text.ts';
import { sharp } from '../../../../main/ingest/sharp.ts';
import { scoreNames } from '../../../../models/detectors/shared/likelihood-scores.ts';

/** Which pixels of a 12 x 16 picture the letter darkens. */
async function shapeOf(letter: string): Promise<string> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="12" height="16">${textPath(letter, 2, 11, 9)}</svg>`;
  return (await sharp(Buffer.from(svg)).extractChannel(3).raw().toBuffer()).toString('hex');
}

describe('text in pictures', () => {
  it('has a shape of its own for every letter of our labels', async () => {
    const labels = [...scoreNames(9, true), 'image', 'nats per pixel', 'Not for diagnostic use', '-1.50e+7'];
    const letters = [...new Set(Array.from(labels.join('')))].filter((letter) => letter !== ' ');
    const shapes = await Promise.all(letters.map(shapeOf));
    const unknown = await shapeOf('€');
    expect(new Set(shapes).size).toBe(letters.length);
    expect(shapes).not.toContain(unknown);
  });

  it('is as wide as it says', async () => {
    const text = 'wwww';
    const width = textWidth(text, 12);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="20">${textPath(text, 0, 16, 12)}</svg>`;
    const { info } = await sharp(Buffer.from(svg)).trim().toBuffer({ resolveWithObject: true });
    expect(info.width).toBeLessThanOrEqual(width);
    expect(info.width).toBeGreaterThan(width * 0.8);
  });
});
