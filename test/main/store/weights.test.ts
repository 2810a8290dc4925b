import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WeightStore } from '../../../main/store/weights.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryFolder } from './temporary-folder.ts';

function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed + (index >> 8)) & 0xff);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('WeightStore', () => {
  it.each([0, 1, 100_000])('saves and loads %i bytes under their hash', (length) => {
    const weights = new WeightStore(join(temporaryFolder(), 'weights'));
    const bytes = pattern(length, 3);
    const hash = weights.save(bytes);
    expect(hash).toBe(hashOf(bytes));
    expect(basename(weights.path(hash))).toBe(`${hash}.bin`);
    expect(readFileSync(weights.path(hash)).equals(bytes)).toBe(true);
    const loaded = weights.load(hash);
    expect(Buffer.from(bytes).equals(loaded)).toBe(true);
    expect(loaded.byteOffset).toBe(0);
    expect(loaded.buffer.byteLength).toBe(length);
  });

  it('saves a view of a larger buffer, and more than one chunk of it, as exactly its bytes', () => {
    const weights = new WeightStore(temporaryFolder());
    const whole = new Uint8Array(40 * 1024 * 1024);
    whole.set(pattern(1000, 1), 20 * 1024 * 1024);
    const view = whole.subarray(5, whole.length - 7);
    const hash = weights.save(view);
    expect(hash).toBe(hashOf(view));
    expect(hashOf(weights.load(hash))).toBe(hash);
  });

  it('gives chunks the hash of the whole', () => {
    const folder = temporaryFolder();
    const weights = new WeightStore(folder);
    const parts = [pattern(10, 1), pattern(0, 2), pattern(9999, 3)];
    const whole = new Uint8Array(Buffer.concat(parts));
    expect(weights.save(parts)).toBe(hashOf(whole));
    expect(weights.save(parts.values())).toBe(weights.save(whole));
    expect(readdirSync(folder)).toEqual([`${hashOf(whole)}.bin`]);
  });

  it('leaves nothing behind when the source fails halfway', () => {
    const folder = temporaryFolder();
    const weights = new WeightStore(folder);
    const kept = weights.save(pattern(50, 1));
    function* failing(): Generator<Uint8Array> {
      yield pattern(1000, 2);
      throw new Error('the device was lost');
    }
    expect(() => weights.save(failing())).toThrow('the device was lost');
    expect(readdirSync(folder)).toEqual([`${kept}.bin`]);
  });

  it.each([
    ['a flipped bit', (path: string) => writeFileSync(path, pattern(500, 2))],
    ['a cut end', (path: string) => truncateSync(path, 499)],
    ['no content', (path: string) => truncateSync(path, 0)],
  ])('refuses to load weights with %s, and saving them again repairs them', (_, damage) => {
    const weights = new WeightStore(temporaryFolder());
    const hash = weights.save(pattern(500, 1));
    damage(weights.path(hash));
    const error = storeErrorOf(() => weights.load(hash));
    expect(error.kind).toBe('corrupt-weights');
    expect(error.message).toContain(weights.path(hash));
    weights.save(pattern(500, 1));
    expect(hashOf(weights.load(hash))).toBe(hash);
  });

  it('says which weights are missing', () => {
    const weights = new WeightStore(join(temporaryFolder(), 'never-made'));
    const hash = hashOf(pattern(1, 1));
    expect(storeErrorOf(() => weights.load(hash)).kind).toBe('missing-weights');
  });

  it('removes only old files that nothing refers to', () => {
    const folder = temporaryFolder();
    const weights = new WeightStore(folder);
    const [kept, old, fresh] = [1, 2, 3].map((seed) => weights.save(pattern(20, seed)));
    if (kept === undefined || old === undefined || fresh === undefined) throw new Error('three were saved');
    const abandoned = join(folder, 'abandoned.partial');
    const foreign = join(folder, 'notes.txt');
    for (const path of [abandoned, foreign]) writeFileSync(path, 'x');
    const longAgo = new Date('2020-01-01');
    for (const path of [weights.path(kept), weights.path(old), abandoned, foreign]) {
      utimesSync(path, longAgo, longAgo);
    }
    expect(weights.removeUnreferenced([kept])).toEqual([old]);
    expect([kept, old, fresh].map((hash) => existsSync(weights.path(hash)))).toEqual([true, false, true]);
    expect([abandoned, foreign].map((path) => existsSync(path))).toEqual([false, true]);
    expect(weights.removeUnreferenced([kept], 0)).toEqual([fresh]);
  });
});
