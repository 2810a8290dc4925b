import { Buffer } from 'node:buffer';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorKindOf, ingestErrorOf } from '../fixtures.ts';
import { WRITTEN, allValues, metaHeader, opened, sampleBytes } from './write-volume.ts';
import type { Written } from './write-volume.ts';

const samples = sampleBytes(WRITTEN);
const mha = (lines: readonly string[], voxels: Uint8Array = samples, written: Written = WRITTEN) =>
  opened('volume.mha', Buffer.concat([metaHeader(written, lines), voxels]));
const mhd = (file: string, lines: readonly string[] = [], content: Uint8Array = samples) =>
  opened('volume.mhd', metaHeader(WRITTEN, lines, file), 'axial', { 'voxels.raw': content });

describe('voxels', () => {
  it.each([
    ['as they are', [], samples],
    ['packed by zlib', ['CompressedData = True'], deflateSync(samples)],
    ['packed by gzip', ['CompressedData = True', 'CompressedDataSize = 1'], gzipSync(samples)],
  ])('%s', async (_, lines, voxels) => {
    expect(await allValues(await mha(lines, voxels))).toEqual(WRITTEN.values);
  });

  it.each([
    ['from its start', [], samples],
    ['after a header of its own', ['HeaderSize = 5'], Buffer.concat([Buffer.alloc(5), samples])],
    ['at its end', ['HeaderSize = -1'], Buffer.concat([Buffer.alloc(77), samples])],
    ['packed', ['CompressedData = True'], deflateSync(samples)],
    ['that begin as gzip does', [], Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), samples.subarray(3)])],
  ])('in a file beside it, %s', async (title, lines, content) => {
    const values = await allValues(await mhd('voxels.raw', lines, content));
    expect(values.slice(2)).toEqual(WRITTEN.values.slice(2));
    if (!title.includes('gzip')) expect(values).toEqual(WRITTEN.values);
  });

  it('most significant byte first', async () => {
    const written = { ...WRITTEN, little: false };
    expect(await allValues(await mha([], sampleBytes(written), written))).toEqual(WRITTEN.values);
  });

  it('in colour', async () => {
    const values = Array.from({ length: 18 }, (_, index) => index * 13);
    const written: Written = { size: [3, 2], type: 'uint8', values, little: true };
    const volume = await mha(['ElementNumberOfChannels = 3'], sampleBytes(written), written);
    expect(volume.images).toMatchObject([{ width: 3, height: 2, channels: 3, bitDepth: 8, position: null }]);
    expect(await allValues(volume)).toEqual(values);
  });

  it('over time', async () => {
    const volume = await mha([], samples, { ...WRITTEN, size: [2, 3, 2, 2] });
    expect(volume.images.map(({ part }) => part.frame)).toEqual([0, 1, 2, 3]);
    expect(await allValues(volume)).toEqual(WRITTEN.values);
  });

  it('with the function that makes them intensities', async () => {
    const lines = ['ElementToIntensityFunctionSlope = 0.5', 'ElementToIntensityFunctionOffset = -8'];
    const volume = await mha(lines);
    expect(await volume.read({ frame: 0, plane: 'axial' })).toMatchObject({ slope: 0.5, intercept: -8 });
  });
});

describe('refused', () => {
  it.each([
    '../voxels.raw',
    '/etc/hostname',
    'folder/voxels.raw',
    String.raw`..\voxels.raw`,
    String.raw`C:\voxels.raw`,
    'C:voxels.raw',
    'a\0b',
    '..',
    '.',
    '',
  ])('voxels in "%s"', async (file) => {
    const error = await ingestErrorOf(mhd(file));
    expect(error.kind).toBe('corrupt');
    expect(error.message).toContain('no file beside it');
  });

  it('voxels in a file that is not there, by its name', async () => {
    const error = await ingestErrorOf(mhd('other.raw'));
    expect(error.kind).toBe('not-found');
    expect(error.message).toContain('"other.raw" is not beside it');
  });

  it.each([
    ['a list of files', 'LIST'],
    ['a list of files of two dimensions', 'LIST 2'],
    ['a pattern of names', 'slice%03d.raw 1 2 1'],
  ])('%s', async (_, file) => {
    const error = await ingestErrorOf(mhd(file));
    expect(error.kind).toBe('unsupported-format');
    expect(error.message).toContain('lists a file for each slice');
  });

  it.each([
    ['text for voxels', ['BinaryData = False'], 'unsupported-format'],
    ['arrays', ['ElementNumberOfChannels = 2'], 'unsupported-format'],
    ['vectors', ['ElementNumberOfChannels = 3'], 'unsupported-format'],
    ['an unknown type', ['ElementType = MET_OTHER'], 'unsupported-format'],
    ['five axes', ['NDims = 5'], 'unsupported-format'],
    ['too few sides', ['DimSize = 4 3'], 'corrupt'],
    ['half a voxel', ['DimSize = 4 3 1.5'], 'corrupt'],
    ['a side below 1', ['DimSize = 4 3 -2'], 'corrupt'],
    ['a matrix that is none', ['TransformMatrix = 1 0 0'], 'corrupt'],
    ['words for numbers', ['ElementSpacing = a b c'], 'corrupt'],
    ['neither True nor False', ['CompressedData = Maybe'], 'corrupt'],
    ['more than its file holds', ['DimSize = 4 3 3'], 'truncated'],
    ['more than any machine holds', ['DimSize = 4000000 4000000 4000000'], 'too-large'],
    ['numbers beyond counting', ['DimSize = 1e300 1e300 1e300'], 'corrupt'],
    ['packed voxels that are not', ['CompressedData = True'], 'corrupt'],
  ])('%s', async (_, lines, kind) => {
    expect(await errorKindOf(mha(lines))).toBe(kind);
  });

  it('a header that has no end', async () => {
    expect(await errorKindOf(opened('a.mha', Buffer.from('NDims = 3\nDimSize = 1 1 1\n')))).toBe('truncated');
    const long = Buffer.from(`NDims = 3\n${'Comment = x\n'.repeat(10_000)}`);
    expect(await errorKindOf(opened('a.mha', long))).toBe('corrupt');
    const spaces = Buffer.concat([Buffer.from('NDims = 3\nComment ='), Buffer.alloc(2 ** 17, ' ')]);
    expect(await errorKindOf(opened('a.mha', spaces))).toBe('corrupt');
  });

  it.each(['NDims', 'DimSize', 'ElementType'])('a header without %s', async (key) => {
    const header = metaHeader(WRITTEN, []).toString('latin1').replace(key, 'Other');
    const kind = await errorKindOf(opened('a.mha', Buffer.concat([Buffer.from(header), samples])));
    expect(['corrupt', 'unsupported-format']).toContain(kind);
  });
});
