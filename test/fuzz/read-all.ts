import { IngestError } from '../../main/ingest/errors.ts';
import { openFile } from '../../main/ingest/open-file.ts';
import { leastShrink } from '../../main/ingest/preparation.ts';
import type { ImageInFile, OpenedFile, Plane, StoredImage } from '../../main/ingest/stored-image.ts';

/** What is promised of every file: that it is read, or refused with a typed error in a sentence. */
export type Outcome =
  { readonly kind: 'read'; readonly images: number } | { readonly kind: 'refused'; readonly error: string };

/** One line that ends as a sentence; nothing that a file says may run on or steer a terminal. */
const SENTENCE = /^[^\p{Cc}]{1,2000}[.]$/u;

/**
 * Opens a file and reads every image in it, as a scan does.
 * @throws Error for what is not promised, whatever it is
 */
export async function readAll(path: string, plane: Plane): Promise<Outcome> {
  try {
    const file = await openFile(path, plane);
    check(file.images.length > 0, 'a file without images was opened');
    for (const note of file.notes) check(SENTENCE.test(note), `a note is no sentence: ${note}`);
    for (const image of file.images) await readOne(file, image);
    return { kind: 'read', images: file.images.length };
  } catch (thrown) {
    if (!(thrown instanceof IngestError)) throw thrown;
    check(SENTENCE.test(thrown.message), `a message is no sentence: ${thrown.message.slice(0, 3000)}`);
    return { kind: 'refused', error: thrown.kind };
  }
}

async function readOne(
  file: OpenedFile,
  { part, width, height, channels, bitDepth }: ImageInFile,
): Promise<void> {
  check(
    Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0,
    'an image has no size',
  );
  check(bitDepth >= 1 && bitDepth <= 32, `an image has ${bitDepth} bits`);
  const shrink = leastShrink(width, height);
  const image = await file.read(part, { shrink });
  check(image.channels === channels, `an image has ${image.channels} channels instead of ${channels}`);
  check(
    image.width === Math.floor(width / shrink) && image.height === Math.floor(height / shrink),
    `an image has ${image.width} x ${image.height} pixels instead of ${width} x ${height}`,
  );
  checkValues(image);
}

function checkValues({ width, height, channels, values, slope, intercept }: StoredImage): void {
  check(values.length === width * height * channels, `an image has ${values.length} values`);
  check(Number.isFinite(slope) && Number.isFinite(intercept) && slope !== 0, `values are scaled by ${slope}`);
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
