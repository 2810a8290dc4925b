/** Images by class, for suites that call one class normal and the others anomalous. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pixels, distinct, folderImages, shrunkCrops, shuffled } from './image-pools.ts';

export type ClassPools = ReadonlyMap<string, readonly Pixels[]>;

/** Every folder in `folder` is a class. */
export async function classFolders(
  folder: string,
  read: (folder: string) => Promise<Pixels[]> = folderImages,
): Promise<ClassPools> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const pools = new Map<string, Pixels[]>();
  for (const name of names.sort()) pools.set(name, distinct(await read(join(folder, name))));
  return pools;
}

/** What CIFAR-10 has too: garbage trucks, springer spaniels. */
const ALSO_IN_CIFAR = ['n03417042', 'n02102040'];
const CROPS_PER_PHOTOGRAPH = 10;
const CROP_SEED = 1;

/** Crops of imagenette's photographs at several scales, 32×32, without the classes that CIFAR-10 has too. */
export async function exposureCrops(data: string): Promise<ClassPools> {
  const crops = new Map<string, Pixels[]>();
  for (const part of ['train', 'val']) {
    const entries = await readdir(join(data, 'imagenette', part));
    for (const name of entries.filter((each) => !ALSO_IN_CIFAR.includes(each)).sort()) {
      const own = await shrunkCrops(
        join(data, 'imagenette', part, name),
        CROPS_PER_PHOTOGRAPH,
        CROP_SEED,
        // Exposure that is sharper than the normal images would be told by its sharpness, which says nothing of other anomalies.
        'linear',
      );
      crops.set(name, [...(crops.get(name) ?? []), ...own]);
    }
  }
  return crops;
}

export function allOf(pools: ClassPools): Pixels[] {
  return [...pools.values()].flat();
}

export interface SplitPools {
  /** Fitted on; by class. */
  readonly fitted: ClassPools;
  /** Tested on, never fitted on. */
  readonly tested: ClassPools;
}

/** @param tested images of each class, by chance */
export function splitClasses(pools: ClassPools, tested: number, seed: number): SplitPools {
  const orders = [...pools].map(([name, images]) => [name, shuffled(images, seed, `split ${name}`)] as const);
  return {
    fitted: new Map(orders.map(([name, images]) => [name, images.slice(tested)])),
    tested: new Map(orders.map(([name, images]) => [name, images.slice(0, tested)])),
  };
}

export function fingerprintOf(...pools: readonly ClassPools[]): string {
  const digest = createHash('sha256');
  for (const pool of pools) for (const [, images] of pool) for (const image of images) digest.update(image);
  return digest.digest('hex');
}
