import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = join(import.meta.dirname, '../..');
const EXAMPLE = join(PACKAGE, 'examples/mri-modality');

/** Where the pictures are taken: folders with names like a laboratory's, as some of them are seen. */
export interface Stage {
  readonly cli: string;
  readonly home: string;
  readonly images: string;
  remove(): void;
}

/** Copies the built program with its example, and makes a folder of images; below the root where that may be written. */
export function setStage(): Stage {
  const root = writableRoot();
  const [program, data] = [join(root, 'opt/flowscreen'), join(root, 'data')];
  const made = root === '/' ? [program, data] : [root];
  const remove = () => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    mkdirSync(program, { recursive: true });
    for (const part of ['out', 'package.json', 'examples/mri-modality']) {
      cpSync(join(PACKAGE, part), join(program, part), { recursive: true });
    }
    symlinkSync(realpathSync(join(PACKAGE, 'node_modules')), join(program, 'node_modules'), 'junction');
    const images = join(data, 'brain-mri');
    layOut(images);
    return { cli: join(program, 'out/main/cli.js'), home: join(data, 'flowscreen'), images, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Normal slices of one patient and mixed ones of another, and two files that are no images. */
function layOut(images: string): void {
  cpSync(join(EXAMPLE, 'fit'), join(images, 'normal'), { recursive: true });
  cpSync(join(EXAMPLE, 'screen'), join(images, 'to screen'), { recursive: true });
  writeFileSync(join(images, 'to screen/readme.txt'), 'From the scanner in room 3.\n');
  writeFileSync(
    join(images, 'to screen/t2/slice cut off.png'),
    Buffer.from('89504e470d0a1a0a0000000d', 'hex'),
  );
}

function writableRoot(): string {
  if (
    process.platform !== 'win32' &&
    process.getuid?.() === 0 &&
    !existsSync('/data') &&
    !existsSync('/opt/flowscreen')
  )
    return '/';
  return mkdtempSync(join(tmpdir(), 'flowscreen-'));
}
