import { readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { DeviceReport as reportSchema } from '../../preload/contract.ts';
import { type DeviceReport, diagnose } from '../engine/doctor.ts';
import { DATABASE_NAME } from '../store/open.ts';
import { type Context, graphsFolder } from './context.ts';
import { featuresFolder } from './models/known-models.ts';
import { THUMBNAILS } from './pictures/thumbnails.ts';

type ShownReport = z.infer<typeof reportSchema>;

/** Folders whose content is made again when it is needed. */
const cachesOf = (home: string): string[] => [
  graphsFolder(home),
  featuresFolder({ home }),
  join(home, THUMBNAILS),
];

/** How much of the disk is taken, in bytes. */
export async function storageUsed({ home }: Context) {
  const databaseFiles = [DATABASE_NAME, `${DATABASE_NAME}-wal`, `${DATABASE_NAME}-shm`];
  const [database, weights, caches, disk] = await Promise.all([
    total(databaseFiles.map((name) => sizeOf(join(home, name)))),
    total(['weights', 'encoders'].map((name) => sizeOf(join(home, name)))),
    total(cachesOf(home).map(sizeOf)),
    statfs(home),
  ]);
  return { database, weights, caches, freeOnDisk: disk.bavail * disk.bsize };
}

/** Deletes what is made again when needed. @returns the bytes that are free now */
export async function clearCaches({ home }: Context): Promise<{ freedBytes: number }> {
  const freed = await total(
    cachesOf(home).map(async (folder) => {
      const before = await sizeOf(folder);
      for (const entry of await namesIn(folder)) await removeUnlessBusy(join(folder, entry));
      return before - (await sizeOf(folder));
    }),
  );
  return { freedBytes: Math.max(0, freed) };
}

/** Tries every device with a small graph: takes seconds. */
export async function tryDevices(): Promise<ShownReport[]> {
  return (await diagnose()).map(reportOf);
}

function reportOf(device: DeviceReport): ShownReport {
  if (!device.available) {
    return { kind: device.kind, label: device.kind, usable: false, remark: device.reason, stepMs: null };
  }
  const { kind, label, software, placement, stepMs } = device;
  const remarks = [
    ...(software ? ['Works, slower than the CPU.'] : []),
    ...(placement === null ? [] : [placement]),
  ];
  return { kind, label, usable: true, remark: remarks.length === 0 ? null : remarks.join(' '), stepMs };
}

async function total(sizes: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Of a file, or of all that lies in a folder; 0 where there is nothing. */
async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return found.size;
  } catch (error) {
    // Not made yet, or just deleted by whoever keeps it small.
    if (isMissing(error)) return 0;
    throw error;
  }
  return total((await namesIn(path)).map((name) => sizeOf(join(path, name))));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function removeUnlessBusy(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    // Windows refuses while a job has it open: it stays until the next time.
    if (!(error instanceof Error && 'code' in error && (error.code === 'EBUSY' || error.code === 'EPERM'))) {
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
