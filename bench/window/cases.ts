import type { Page } from 'playwright-core';
import { z } from 'zod';
import { type Spread, spreadOf } from './spread.ts';

/** A case counts as painted once nothing of it changed for so long. */
const STILL_MS = 700;
const MOST_MS = 10_000;

/**
 * From the press of a key to the last change of the image and of its heatmap: both canvases are looked at in every frame, each
 * reduced to a few pixels. The time is that of the frame in which the change was seen, so it is painted by then.
 */
const WATCH = `
  const small = document.createElement('canvas');
  small.width = small.height = 16;
  const context = small.getContext('2d', { willReadFrequently: true });
  const look = () => [...document.querySelectorAll('.pane canvas')].map((canvas) => {
    context.clearRect(0, 0, 16, 16);
    if (canvas.width > 0 && canvas.height > 0) context.drawImage(canvas, 0, 0, 16, 16);
    return context.getImageData(0, 0, 16, 16).data.join();
  });
  window.benchArm = () => {
    let before = look();
    window.benchPainted = new Promise((resolve) => {
      window.addEventListener('keydown', ({ timeStamp: pressed }) => {
        let changed = null;
        const frame = () => {
          const seen = look();
          if (seen.length !== before.length || seen.some((each, at) => each !== before[at])) {
            before = seen;
            changed = performance.now();
          }
          const since = performance.now() - (changed ?? pressed);
          if (since < (changed === null ? ${MOST_MS} : ${STILL_MS})) requestAnimationFrame(frame);
          else resolve({ ms: changed === null ? null : changed - pressed, canvases: seen.length });
        };
        requestAnimationFrame(frame);
      }, { once: true, capture: true });
    });
  };
`;

const Seen = z.object({ ms: z.number().nullable(), canvases: z.number() });

/** In every document that the page opens from now on. */
export async function watchCases(page: Page): Promise<void> {
  await page.addInitScript(WATCH);
}

/**
 * Goes through the cases of a screening by keyboard, resting on each.
 * @returns from key to paint
 */
export async function switchCases(page: Page, count: number): Promise<Spread> {
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    await page.evaluate('window.benchArm()');
    await page.keyboard.press('j');
    const { ms, canvases } = Seen.parse(await page.evaluate('window.benchPainted'));
    if (ms === null) throw new Error(`Case ${at + 2} was not painted within ${MOST_MS / 1000} seconds.`);
    if (canvases < 2) throw new Error('The heatmap is not on the screen.');
    times.push(ms);
  }
  return spreadOf(times);
}
