/**
 * Takes a picture of every view in both themes into docs/screenshots: `npm run screenshots`. Minutes on 2 cores: it is the real
 * program that is looked at, with the bundled example and two small fits.
 */
import { join } from 'node:path';
import { buildWhenStale } from '../../.ci/build-when-stale.mjs';
import { launchChromium } from '../../bench/window/chromium.ts';
import { ServedProgram } from '../../bench/window/served-program.ts';
import { Camera } from './camera.ts';
import { setStage } from './stage.ts';
import { tour } from './tour.ts';

const [folder = join(import.meta.dirname, '../../docs/screenshots')] = process.argv.slice(2);

if ((await buildWhenStale()) !== 0) throw new Error('The page could not be built.');
const stage = setStage();
try {
  const program = await ServedProgram.start(stage.cli, stage.home);
  const browser = await launchChromium();
  // The tour fails without its browser, and what it began is put away.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void browser.close());
  try {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    const page = await context.newPage();
    await page.goto(program.address);
    const camera = new Camera(page, folder);
    try {
      await tour({ page, camera, images: stage.images });
    } catch (error) {
      await page.screenshot({ path: join(folder, 'failed.png') });
      throw error;
    }
    console.log(`${camera.pictures} pictures, ${Math.round(camera.bytes / 1024)} kB, in ${folder}`);
  } finally {
    await browser.close();
    await program.stop();
  }
} finally {
  stage.remove();
}
