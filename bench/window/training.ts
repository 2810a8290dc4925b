import type { Page } from 'playwright-core';
import { switchCases } from './cases.ts';
import { scroll } from './list.ts';
import { take, timeTo } from './recorder.ts';
import type { WindowStage } from './stage.ts';

/** The longest task of the window in each view while a fit takes every core, ms; 0 where none was of 50 ms or more. */
export interface TrainingTasks {
  readonly view: string;
  readonly longest: number;
  /** Of 50 ms and more. */
  readonly long: number;
}

const FIT_STARTS_MS = 120_000;
const SECONDS = 5;

/** Starts a fit that lasts in a window just opened, and works in its views meanwhile. */
export async function tasksWhileTraining(page: Page, stage: WindowStage): Promise<TrainingTasks[]> {
  await startFit(page, stage);
  await take(page);
  const measured: TrainingTasks[] = [];
  const during = async (view: string, work: () => Promise<unknown>): Promise<void> => {
    await work();
    const { tasks } = await take(page);
    const longest = Math.round(Math.max(0, ...tasks));
    measured.push({ view, longest, long: tasks.length });
  };
  await during('fit', () => page.waitForTimeout(SECONDS * 1000));
  await during('list opened', () =>
    timeTo(page, `#/triage/${stage.largeRunId}`, `document.querySelector('[role=option] .score') !== null`),
  );
  await during('list scrolled', () => scroll(page, SECONDS));
  await during('case opened', () => openFirstCase(page, stage.casesRunId));
  await during('cases', () => switchCases(page, 8));
  await during('threshold', async () => {
    await timeTo(
      page,
      `#/thresholds?runId=${stage.largeRunId}`,
      `document.querySelector('[role=slider]') !== null`,
    );
    await page.waitForTimeout(1000);
  });
  return measured;
}

/** Waits until nothing moves there any more. */
export async function openFirstCase(page: Page, runId: number): Promise<void> {
  await page.evaluate(`location.hash = '#/triage/${runId}'`);
  await page.getByRole('listbox', { name: 'Cases' }).getByRole('option').first().click();
  await page.keyboard.press('Enter');
  await page.getByRole('toolbar', { name: 'Heatmap' }).waitFor();
  await page.waitForTimeout(2000);
}

async function startFit(page: Page, { dataset, general }: WindowStage): Promise<void> {
  await page.evaluate(`location.hash = '#/fit'`);
  await choose(page, 'Dataset of normal images', dataset);
  await choose(page, 'General model', general);
  await page.getByText('Advanced settings').click();
  await page.getByRole('textbox', { name: 'Steps' }).fill('1000000');
  await page.getByLabel('Name of the model').fill('benchmark');
  await page.getByRole('button', { name: 'Start fitting' }).click();
  await page
    .getByRole('definition')
    .filter({ hasText: /^[1-9][\d,]* of / })
    .first()
    .waitFor({ timeout: FIT_STARTS_MS });
}

async function choose(page: Page, field: string, option: string): Promise<void> {
  // The field's own frame lies over its input.
  await page.getByRole('combobox', { name: field }).click({ force: true });
  await page.getByRole('option', { name: option }).first().click();
}
