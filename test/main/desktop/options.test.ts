import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desktopOptions } from '../../../main/desktop/options.ts';
import { sentenceOf } from '../../../main/desktop/sentence.ts';

describe('what the desktop is started with', () => {
  it('is a data folder, a device and a folder of images, each of which can be left out', () => {
    expect(desktopOptions(['flowscreen', '--home', '/data', '--device=cpu', '/images'], false)).toEqual({
      home: resolve('/data'),
      device: 'cpu',
      folder: resolve('/images'),
    });
    expect(desktopOptions(['flowscreen'], false)).toMatchObject({ device: 'auto', folder: null });
  });

  it('comes after the program where Electron is started with it, among switches of others', () => {
    const argv = ['electron', '--inspect=0', '--no-sandbox', 'out/main/index.js', '--home=/data', 'images'];
    expect(desktopOptions(argv, true)).toEqual({
      home: resolve('/data'),
      device: 'auto',
      folder: resolve('images'),
    });
    expect(desktopOptions(['electron', 'out/main/index.js'], true).folder).toBeNull();
  });

  it('must be a device that there is', () => {
    let told = '';
    try {
      desktopOptions(['flowscreen', '--device', 'abacus'], false);
    } catch (error) {
      told = sentenceOf(error);
    }
    expect(told).toMatch(/no device "abacus": use one of auto, cpu/);
  });
});
