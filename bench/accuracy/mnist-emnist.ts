/** Each digit of MNIST against the others, with letters as exposure: the hypersphere classifier beside plain classification. */
import { join } from 'node:path';
import { bce } from '../../models/detectors/bce.ts';
import { hsc } from '../../models/detectors/hsc.ts';
import type { ImageShape } from '../../models/images.ts';
import { classFigures, contender } from './class-problem.ts';
import { classFolders, fingerprintOf } from './class-pools.ts';
import type { Figure } from './figures.ts';
import { folderImages, greyOf } from './image-pools.ts';
import type { AccuracyRequest } from './request.ts';

const SUITE = 'mnist-emnist';
const SHAPE: ImageShape = { channels: 1, height: 32, width: 32 };

/** @param request `data` holds mnist and emnist-letters */
export async function mnistEmnist(request: AccuracyRequest): Promise<Figure[]> {
  const { data, preset, report } = request;
  report('reading images');
  const grey = async (folder: string) => (await folderImages(folder)).map(greyOf);
  const fitted = await classFolders(join(data, 'mnist', 'train'), grey);
  const tested = await classFolders(join(data, 'mnist', 'test'), grey);
  const exposure = await classFolders(join(data, 'emnist-letters'), grey);
  const problem = {
    suite: SUITE,
    set: 'MNIST',
    shape: SHAPE,
    classes: [...fitted.keys()],
    // The set comes split.
    split: () => ({ fitted, tested }),
    exposure,
    fingerprint: fingerprintOf(fitted, tested, exposure),
  };
  const upright = { flipHorizontally: false };
  const hscSettings = hsc.settings(preset, SHAPE);
  const bceSettings = bce.settings(preset, SHAPE);
  // A mirrored digit is none.
  return classFigures(request, problem, [
    contender(hsc, {
      ...hscSettings,
      augmentation: { ...hscSettings.augmentation, ...upright },
      mirrored: false,
    }),
    contender(bce, {
      ...bceSettings,
      augmentation: { ...bceSettings.augmentation, ...upright },
      mirrored: false,
    }),
  ]);
}
