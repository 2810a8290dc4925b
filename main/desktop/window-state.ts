import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const WindowState = z.object({
  bounds: z.object({
    x: z.int().optional(),
    y: z.int().optional(),
    width: z.int().min(800).max(20_000),
    height: z.int().min(560).max(20_000),
  }),
  maximised: z.boolean(),
});

/** Where a window was. Without x and y it comes to the middle of the screen. */
export interface WindowState {
  readonly bounds: {
    readonly x?: number;
    readonly y?: number;
    readonly width: number;
    readonly height: number;
  };
  readonly maximised: boolean;
}

const FIRST: WindowState = { bounds: { width: 1440, height: 900 }, maximised: false };

/** Of the top of a window, so much must be on a screen that it can be taken hold of. */
const GRIP = { width: 120, height: 30 };

/** @param workAreas of the screens that are there now */
export function readWindowState(file: string, workAreas: readonly Rectangle[]): WindowState {
  const { bounds, maximised } = saved(file) ?? FIRST;
  const { x, y, width, height } = bounds;
  if (x === undefined || y === undefined) return { bounds: { width, height }, maximised };
  const reachable = workAreas.some(
    (area) =>
      Math.min(x + width, area.x + area.width) - Math.max(x, area.x) >= GRIP.width &&
      y >= area.y - GRIP.height / 2 &&
      y + GRIP.height <= area.y + area.height,
  );
  return { bounds: reachable ? { x, y, width, height } : { width, height }, maximised };
}

function saved(file: string): z.infer<typeof WindowState> | null {
  try {
    return WindowState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // None yet, or spoilt: a window of the usual size is no loss.
    return null;
  }
}

export function saveWindowState(
  file: string,
  state: { readonly bounds: Rectangle; readonly maximised: boolean },
): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(state));
}
