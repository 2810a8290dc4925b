import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { ImageShape } from '../../models/images.ts';
import type { Pixels } from '../accuracy/image-pools.ts';

const GAP = 2;
const SCALE = 3;

/** Rows of images as one SVG file: the images themselves inside it, enlarged without blur. */
export async function writeSheet(
  path: string,
  rows: readonly (readonly Pixels[])[],
  { channels, height, width }: ImageShape,
): Promise<void> {
  const columns = Math.max(...rows.map(({ length }) => length));
  const [sheetWidth, sheetHeight] = [columns * (width + GAP), rows.length * (height + GAP)];
  const sheet = new Uint8Array(3 * sheetWidth * sheetHeight).fill(255);
  rows.forEach((row, rowIndex) => {
    row.forEach((image, column) => {
      for (let pixel = 0; pixel < height * width; pixel++) {
        const y = rowIndex * (height + GAP) + Math.floor(pixel / width);
        const x = column * (width + GAP) + (pixel % width);
        for (let colour = 0; colour < 3; colour++) {
          const value = image[(channels === 1 ? 0 : colour) * height * width + pixel];
          sheet[3 * (y * sheetWidth + x) + colour] = value ?? 0;
        }
      }
    });
  });
  const png = await sharp(sheet, { raw: { width: sheetWidth, height: sheetHeight, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const [w, h] = [sheetWidth * SCALE, sheetHeight * SCALE];
  await writeFile(
    path,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"><image width="${w}" height="${h}" style="image-rendering: pixelated" href="data:image/png;base64,${png.toString('base64')}"/></svg>\n`,
  );
}
