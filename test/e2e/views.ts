import type { Locator, Page } from 'playwright-core';
import { exploreExample, fitted, goTo, startFit } from './steps.ts';

/** Numbers in the addresses of views. */
export interface Numbers {
  readonly dataset: number;
  readonly fit: number;
  readonly screening: number;
  readonly file: number;
  readonly model: number;
}

export interface View {
  readonly name: string;
  readonly address: (numbers: Numbers) => string;
  /** What one comes there to do. */
  readonly action: (page: Page) => Locator;
}

const button = (name: string) => (page: Page) =>
  page.getByRole('main').getByRole('button', { name, exact: true }).first();
const link = (name: string) => (page: Page) =>
  page.getByRole('main').getByRole('link', { name, exact: true }).first();

/** All views but the first page, which shows itself only where there is no data yet. */
export const VIEWS: readonly View[] = [
  { name: 'Datasets', address: () => '#/datasets', action: button('Add a folder') },
  { name: 'Dataset', address: ({ dataset }) => `#/datasets/${dataset}`, action: link('Fit a model') },
  { name: 'Fit', address: ({ dataset }) => `#/fit?datasetId=${dataset}`, action: button('Start fitting') },
  { name: 'Fit run', address: ({ fit }) => `#/fit/runs/${fit}`, action: link('Set the threshold') },
  { name: 'Screenings', address: () => '#/triage', action: link('Open') },
  { name: 'Triage', address: ({ screening }) => `#/triage/${screening}`, action: button('Flag') },
  {
    name: 'Compare',
    address: ({ screening }) => `#/triage/${screening}/compare`,
    action: link('Screen with another model'),
  },
  {
    name: 'Case',
    address: ({ screening, file }) => `#/triage/${screening}/cases/${file}`,
    action: button('Flag'),
  },
  {
    name: 'Thresholds',
    address: ({ model, screening }) => `#/thresholds/${model}?runId=${screening}`,
    action: (page) => page.getByRole('slider', { name: 'Threshold' }),
  },
  { name: 'Report', address: ({ screening }) => `#/report/${screening}`, action: button('Create PDF') },
  { name: 'Models', address: () => '#/models', action: link('Fit a model') },
  { name: 'Model', address: ({ model }) => `#/models/${model}`, action: button('Screen a folder') },
  { name: 'Encoders', address: () => '#/encoders', action: button('Train an encoder') },
  { name: 'Activity', address: () => '#/activity', action: button('Check again') },
  {
    name: 'Settings',
    address: () => '#/settings',
    action: (page) => page.getByLabel('Name', { exact: true }),
  },
];

/** Goes to a view, and waits until it has what it shows. */
export async function open(page: Page, { address, action }: View, numbers: Numbers): Promise<void> {
  await page.goto(new URL(`/${address(numbers)}`, page.url()).href);
  await action(page).and(page.locator(':not(:disabled)')).waitFor();
  await page.locator('.stand-in[role="status"]').first().waitFor({ state: 'hidden' });
}

/** From the first page to something in every view: the bundled example, a decision and a short fit. */
export async function fillViews(page: Page): Promise<Numbers> {
  const screening = await exploreExample(page);
  const first = page.getByRole('listbox', { name: 'Cases' }).getByRole('option').first();
  const file = numberAtEnd(await first.getAttribute('id'));
  await first.click();
  await page.keyboard.press('f');
  await page.getByRole('button', { name: 'Flagged 1' }).waitFor();
  const dataset = await numberIn(page, 'Datasets', 'Example: normal FLAIR');
  const model = await numberIn(page, 'Models', 'Example FLAIR');
  await page.goto(new URL(`/#/fit?datasetId=${dataset}`, page.url()).href);
  await startFit(page, { preset: 'Tiny', name: 'short', steps: 5 });
  await fitted(page);
  return { dataset, fit: numberAtEnd(page.url()), screening, file, model };
}

/** Of an entry, which its link leads to. */
async function numberIn(page: Page, section: string, name: string): Promise<number> {
  await goTo(page, section);
  await page.getByRole('heading', { name: section, exact: true }).waitFor();
  const link = page.getByRole('main').getByRole('link', { name, exact: true });
  return numberAtEnd(await link.getAttribute('href'));
}

function numberAtEnd(text: string | null): number {
  const digits = /\d+$/.exec(text ?? '')?.[0];
  if (digits === undefined) throw new Error(`"${text ?? ''}" ends with no number`);
  return Number(digits);
}
