import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWindowState, saveWindowState } from '../../../main/desktop/window-state.ts';
import { temporaryFolder } from '../cli/command-line.ts';

const SCREENS = [
  { x: 0, y: 0, width: 1920, height: 1040 },
  { x: -1280, y: 200, width: 1280, height: 984 },
];
const FIRST = { bounds: { width: 1440, height: 900 }, maximised: false };

describe('where the window was', () => {
  it.each([
    { x: 100, y: 50, width: 1200, height: 800 },
    { x: -1200, y: 300, width: 900, height: 700 },
    { x: 1800, y: 1000, width: 1000, height: 700 },
    { x: 0, y: -5, width: 2000, height: 1100 },
  ])('is kept: %o', (bounds) => {
    const file = join(temporaryFolder(), 'deep', 'window.json');
    saveWindowState(file, { bounds, maximised: true });
    expect(readWindowState(file, SCREENS)).toEqual({ bounds, maximised: true });
  });

  it.each([
    { x: 3000, y: 50, width: 1200, height: 800 },
    { x: 1850, y: 50, width: 1200, height: 800 },
    { x: 100, y: 1030, width: 1200, height: 800 },
    { x: 100, y: -400, width: 1200, height: 800 },
  ])('is not gone to where nobody could take hold of it: %o', (bounds) => {
    const file = join(temporaryFolder(), 'window.json');
    saveWindowState(file, { bounds, maximised: false });
    expect(readWindowState(file, SCREENS)).toEqual({
      bounds: { width: bounds.width, height: bounds.height },
      maximised: false,
    });
  });

  it.each([
    '',
    '{',
    'null',
    '{}',
    '{"bounds":{"x":0,"y":0,"width":-5,"height":800},"maximised":false}',
    '{"bounds":{"x":0.5,"y":0,"width":1e9,"height":800},"maximised":false}',
    '{"bounds":{"x":0,"y":0,"width":1000,"height":800},"maximised":"yes"}',
  ])('is forgotten where the file holds %j', (content) => {
    const file = join(temporaryFolder(), 'window.json');
    writeFileSync(file, content);
    expect(readWindowState(file, SCREENS)).toEqual(FIRST);
  });

  it('is the middle of the screen at the first start', () => {
    expect(readWindowState(join(temporaryFolder(), 'none.json'), SCREENS)).toEqual(FIRST);
  });
});
