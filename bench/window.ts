/** How fast the window is: the real program in a real Chromium, with a screening as large as they come. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { switchCases, watchCases } from './window/cases.ts';
import { launchChromium } from './window/chromium.ts';
import { scroll, timeOpening } from './window/list.ts';
import type { WindowFigures } from './window/record.ts';
import { record } from './window/recorder.ts';
import { ServedProgram } from './window/served-program.ts';
import { type WindowStage, setWindowStage } from './window/stage.ts';
import { openFirstCase, tasksWhileTraining } from './window/training.ts';

/** What is promised, in ms: the first rows, a frame and a case 95 times in 100, and any task while a fit runs. */
export const WINDOW_TARGETS = { opening: 1000, frame: 32, case: 150, task: 200 } as const;

export interface WindowRequest {
  /** The file of the command line, which node runs. */
  readonly cli: string;
  readonly rows: number;
  /** How often the list is opened in a new window, and how many cases are gone through. */
  readonly openings: number;
  readonly cases: number;
  readonly scrollSeconds: number;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/** @throws BrowserError where Playwright or Chromium is missing, and as the services that fill the data folder */
export async function measureWindow(request: WindowRequest): Promise<WindowFigures> {
  const browser = await launchChromium();
  const home = await mkdtemp(join(tmpdir(), 'flowscreen-window-'));
  try {
    request.report(`Making a screening of ${request.rows.toLocaleString('en')} images …`);
    const stage = await setWindowStage(home, request.rows, request.signal);
    const program = await ServedProgram.start(request.cli, home);
    try {
      return await measure(request, browser, program.address, stage);
    } finally {
      await program.stop();
    }
  } finally {
    await browser.close();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function measure(
  { rows, openings, cases: caseCount, scrollSeconds, report }: WindowRequest,
  browser: Browser,
  address: string,
  stage: WindowStage,
): Promise<WindowFigures> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const newWindow = async (place: string) => {
    const page = await context.newPage();
    await record(page);
    await watchCases(page);
    await page.goto(place);
    // A window goes to where the last one was; only then it can be told to go elsewhere.
    await page.waitForURL(/#\/./);
    await page.getByRole('heading').first().waitFor();
    return page;
  };
  let page = await newWindow(address);
  const again = new URL('/', address).href;

  report('Opening the list …');
  const times = [await timeOpening(page, stage.largeRunId)];
  const openingLoad = load();
  while (times.length < openings) {
    await page.close();
    page = await newWindow(again);
    times.push(await timeOpening(page, stage.largeRunId));
  }
  report('Scrolling …');
  const frames = { load: load(), ...(await scroll(page, scrollSeconds)) };
  report('Going from case to case …');
  await openFirstCase(page, stage.casesRunId);
  const cases = { load: load(), ...(await switchCases(page, Math.min(caseCount, stage.cases - 1))) };
  await page.close();
  report('Working while a fit runs …');
  page = await newWindow(again);
  const training = { load: load(), views: await tasksWhileTraining(page, stage) };
  return {
    date: new Date().toISOString(),
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    browser: `Chromium ${browser.version()}`,
    rows,
    targets: WINDOW_TARGETS,
    opening: { times, load: openingLoad },
    frames,
    cases,
    training,
    met: {
      opening: Math.max(...times) <= WINDOW_TARGETS.opening,
      frame: frames.p95 <= WINDOW_TARGETS.frame,
      case: cases.p95 <= WINDOW_TARGETS.case,
      task: training.views.every(({ longest }) => longest <= WINDOW_TARGETS.task),
    },
  };
}

function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}
