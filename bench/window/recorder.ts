import type { Page } from 'playwright-core';
import { z } from 'zod';

// What runs in the page is text: the programs around it know no page.

/** Times of frames, and of tasks of 50 ms and more, as the browser tells them. */
const RECORD = `
  const kept = { frames: [], tasks: [] };
  let before = null;
  const frame = (now) => {
    if (before !== null) kept.frames.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) kept.tasks.push(duration);
  }).observe({ type: 'longtask' });
  window.benchTake = () => {
    const { frames, tasks } = kept;
    Object.assign(kept, { frames: [], tasks: [] });
    return { frames, tasks };
  };
`;

const MOST_MS = 60_000;

const Recorded = z.object({ frames: z.array(z.number()), tasks: z.array(z.number()) });

/** Milliseconds each. */
export type Recorded = z.infer<typeof Recorded>;

/** In every document that the page opens from now on. */
export async function record(page: Page): Promise<void> {
  await page.addInitScript(RECORD);
}

/** What was recorded since it was last taken. */
export async function take(page: Page): Promise<Recorded> {
  return Recorded.parse(await page.evaluate('window.benchTake()'));
}

/**
 * Goes to a place of the window, and waits until `there` (of the page, a JavaScript expression) holds and is painted.
 * @returns milliseconds
 */
export async function timeTo(page: Page, hash: string, there: string): Promise<number> {
  const script = `new Promise((resolve, reject) => {
    const began = performance.now();
    location.hash = ${JSON.stringify(hash)};
    const look = () => {
      if (performance.now() - began > ${MOST_MS}) reject(new Error('${hash} did not come'));
      else if (!(${there})) requestAnimationFrame(look);
      // The frame after the next is begun when the next is painted.
      else requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
    };
    look();
  })`;
  return z.number().parse(await page.evaluate(script));
}
