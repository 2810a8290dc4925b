import type { Page } from 'playwright-core';
import { take, timeTo } from './recorder.ts';
import { type Spread, spreadOf } from './spread.ts';

const ROWS_SHOWN = `document.querySelectorAll('[role=option] .score').length > 0`;
const CHOICE_SHOWN = `document.querySelector('tr.screening') !== null`;

/** From the list of screenings to the first rows of one; the first opening in this window, which also fetches the view. */
export async function timeOpening(page: Page, runId: number): Promise<number> {
  await timeTo(page, '#/triage', CHOICE_SHOWN);
  return Math.round(await timeTo(page, `#/triage/${runId}`, ROWS_SHOWN));
}

/** Pixels a turn of the wheel, slow and fast, and back up. */
const TURNS = [120, 120, 360, 1200, 360, -360, 3000, 120];

/** Scrolls through the list on screen as a wheel does. @returns the times of the frames meanwhile */
export async function scroll(page: Page, seconds: number): Promise<Spread> {
  const box = await page.getByRole('listbox', { name: 'Cases' }).boundingBox();
  if (box === null) throw new Error('The list is not on the screen.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await take(page);
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; performance.now() < end; turn++) {
    await page.mouse.wheel(0, TURNS[Math.floor(turn / 12) % TURNS.length] ?? 120);
    await page.waitForTimeout(16);
  }
  return spreadOf((await take(page)).frames);
}
