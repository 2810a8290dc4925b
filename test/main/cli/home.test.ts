import { describe, expect, it } from 'vitest';
import { defaultHome } from '../../../main/cli/home.ts';

describe('the data folder', () => {
  it.each([
    ['linux', '/home/u', {}, '/home/u/.local/share/flowscreen'],
    ['linux', '/home/u', { XDG_DATA_HOME: '/data' }, '/data/flowscreen'],
    ['linux', '/home/u', { XDG_DATA_HOME: '' }, '/home/u/.local/share/flowscreen'],
    ['darwin', '/Users/u', {}, '/Users/u/Library/Application Support/flowscreen'],
    ['win32', 'C:\\Users\\u', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\flowscreen'],
    ['win32', 'C:\\Users\\u', {}, 'C:\\Users\\u\\AppData\\Roaming\\flowscreen'],
    ['win32', 'C:\\Users\\u', { FLOWSCREEN_HOME: 'E:\\fs', APPDATA: 'D:\\Roaming' }, 'E:\\fs'],
  ] as const)('on %s with home %s and %o is %s', (platform, home, environment, folder) => {
    expect(defaultHome({ platform, home, environment })).toBe(folder);
  });
});
