// Makes examples/pcb: `npx node tools/make-examples/pcb.ts <unpacked deeppcb folder> [output folder]`.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { clearImageFolders, cropAndShrink, type GreyImage, type Square, writePng } from './grey-image.ts';
import { sample, seededRandom } from './random.ts';
import { SourceError } from './source-error.ts';

// Pairs of one family repeat the same circuit (up to every patch of 44000 and 92000), so whole families are held out.
const FIT_FAMILIES = ['12000', '12100', '13000'];
const SCREEN_FAMILIES = ['00041', '12300'];
const OTHER_FAMILIES = ['20085', '44000', '50600', '77000', '90100', '92000'];

const DEFECTS = ['open', 'short', 'mousebite', 'spur', 'copper', 'pin-hole'] as const;
type Defect = (typeof DEFECTS)[number];

const SIDE = 640;
const CROP_SIDE = 128;
const SHRINK = 2;
const GENERAL_PATCHES_A_PAIR = 5;
/** Up to this many source pixels a defect lies off the centre of its patch, per axis. */
const JITTER = 24;
/** Patches with less than a tenth of copper or of bare board show no circuit. */
const LEAST_OF_EITHER = 0.1;
const SEED = 20190216;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly defect: Defect;
}

/**
 * Writes the patches below `output` and returns the number of files written.
 *
 * @throws {SourceError} when `source` does not hold the expected board families.
 */
export async function makePcb(source: string, output: string): Promise<number> {
  const random = seededRandom(SEED);
  await clearImageFolders(output);
  let written = 0;
  const write = async (folder: string, name: string, image: GreyImage) => {
    await writePng(join(output, folder, name), image);
    written += 1;
  };

  for (const family of [...FIT_FAMILIES, ...OTHER_FAMILIES]) {
    for (const board of await boardsOf(source, family)) {
      const template = await readBinary(join(source, family, `${board}_temp.jpg`));
      const patches = circuitTiles(template, board);
      if (FIT_FAMILIES.includes(family))
        for (const { name, image } of patches) await write('fit', name, image);
      for (const { name, image } of sample(patches, GENERAL_PATCHES_A_PAIR, random)) {
        await write(join('general', family), name, image);
      }
    }
  }

  for (const family of SCREEN_FAMILIES) {
    for (const board of await boardsOf(source, family)) {
      const template = await readBinary(join(source, family, `${board}_temp.jpg`));
      const tested = await readBinary(join(source, family, `${board}_test.jpg`));
      const boxes = await readBoxes(join(source, family, `${board}.txt`));
      for (const [index, box] of boxes.entries()) {
        const square = squareAround(box, random);
        const good = cropAndShrink(template, square, SHRINK);
        if (!showsCircuit(good)) continue;
        // The same square of the template is the good partner: what remains to be seen is the defect, not the place.
        const name = `${board}_${String(index + 1).padStart(2, '0')}.png`;
        await write(join('screen', 'good'), name, good);
        await write(join('screen', `defect-${box.defect}`), name, cropAndShrink(tested, square, SHRINK));
      }
    }
  }
  return written;
}

async function boardsOf(source: string, family: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(join(source, family));
  } catch (cause) {
    throw new SourceError(
      'missing',
      `${join(source, family)} cannot be read (${String(cause)}): unpack the archive again.`,
    );
  }
  const suffix = '_temp.jpg';
  return names
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .sort();
}

/**
 * The scan as its authors binarised it. JPEG rings six times as strongly in the tested scans as in the templates, which alone
 * would give the defects away; the threshold removes it.
 */
async function readBinary(path: string): Promise<GreyImage> {
  const { data, info } = await sharp(path).greyscale().raw().toBuffer({ resolveWithObject: true });
  if (info.width !== SIDE || info.height !== SIDE || info.channels !== 1) {
    throw new SourceError(
      'unexpected',
      `${path} is not a grey ${SIDE}×${SIDE} scan: unpack the source archive again.`,
    );
  }
  return { width: SIDE, height: SIDE, values: Float64Array.from(data, (value) => (value < 128 ? 0 : 255)) };
}

/** Lines of `x1 y1 x2 y2 type`, in source pixels, type 1 to 6. */
async function readBoxes(path: string): Promise<Box[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [left, top, right, bottom, type] = line
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    const defect = DEFECTS[(type ?? 0) - 1];
    if (
      left === undefined ||
      top === undefined ||
      right === undefined ||
      bottom === undefined ||
      defect === undefined
    ) {
      throw new SourceError(
        'malformed',
        `${path} holds the line "${line}", which is no box: unpack the archive again.`,
      );
    }
    return { left, top, right, bottom, defect };
  });
}

/** The template cut into 25 patches without overlap, less those that show no circuit. */
function circuitTiles(template: GreyImage, board: string): { name: string; image: GreyImage }[] {
  const perSide = SIDE / CROP_SIDE;
  const tiles = Array.from({ length: perSide ** 2 }, (_, index) => {
    const [row, column] = [Math.floor(index / perSide), index % perSide];
    const square = { left: column * CROP_SIDE, top: row * CROP_SIDE, side: CROP_SIDE };
    return { name: `${board}_r${row}c${column}.png`, image: cropAndShrink(template, square, SHRINK) };
  });
  return tiles.filter(({ image }) => showsCircuit(image));
}

function showsCircuit({ values }: GreyImage): boolean {
  const bare = values.reduce((sum, value) => sum + value / 255, 0) / values.length;
  return bare >= LEAST_OF_EITHER && bare <= 1 - LEAST_OF_EITHER;
}

/** A square inside the scan with the box near its centre. */
function squareAround({ left, top, right, bottom }: Box, random: () => number): Square {
  const start = (low: number, high: number) => {
    const jitter = Math.round((2 * random() - 1) * JITTER);
    const wanted = Math.round((low + high) / 2) - CROP_SIDE / 2 + jitter;
    return Math.min(SIDE - CROP_SIDE, Math.max(0, wanted));
  };
  return { left: start(left, right), top: start(top, bottom), side: CROP_SIDE };
}

if (import.meta.main) {
  const [source, output = join(import.meta.dirname, '../../examples/pcb')] = process.argv.slice(2);
  if (source === undefined)
    throw new SourceError('missing', 'Name the folder of the unpacked deeppcb archive.');
  console.log(`${await makePcb(source, output)} images written below ${output}`);
}
