/** Scans of printed circuit boards (Tang et al. 2019, DeepPCB): each with a template without defects, and boxes around its own. */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageShape } from '../../models/images.ts';
import type { Box } from '../../models/scoring/box-hits.ts';
import { type Pixels, preparedImage } from './image-pools.ts';

export const BOARD_SHAPE: ImageShape = { channels: 1, height: 320, width: 320 };
/** Pixels along each side of a scan. */
const SCANNED = 640;

export interface BoardPair {
  readonly template: Pixels;
  readonly board: Pixels;
  /** In pixels of the shape. */
  readonly boxes: readonly Box[];
}

export interface Boards {
  readonly pairs: readonly BoardPair[];
  readonly fingerprint: string;
}

export async function boardImages(folder: string): Promise<Boards> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('_test.jpg'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const digest = createHash('sha256');
  const pairs: BoardPair[] = [];
  for (const path of paths) {
    const template = await preparedImage(path.replace('_test.jpg', '_temp.jpg'), BOARD_SHAPE);
    const board = await preparedImage(path, BOARD_SHAPE);
    const boxes = boxesOf(await readFile(path.replace('_test.jpg', '.txt'), 'utf8'));
    digest.update(template).update(board).update(JSON.stringify(boxes));
    pairs.push({ template, board, boxes });
  }
  return { pairs, fingerprint: digest.digest('hex') };
}

/** Lines of left, top, right, bottom and kind. */
function boxesOf(text: string): Box[] {
  const scale = BOARD_SHAPE.width / SCANNED;
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [left = NaN, top = NaN, right = NaN, bottom = NaN] = line.trim().split(/\s+/).map(Number);
      return { left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale };
    });
}
