import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { ServedProgram } from '../../bench/window/served-program.ts';
import { launch, type Visitor, visit } from './browser.ts';
import { newFolder } from './folders.ts';
import { startProgram } from './program.ts';

/** What a suite begins with: the program on a data folder of its own, and a person whom it let in. */
export interface Started {
  /** Of this suite's own; the data folder lies in it. */
  readonly folder: string;
  readonly home: string;
  readonly program: ServedProgram;
  readonly browser: Browser;
  readonly visitor: Visitor;
  readonly page: Page;
  readonly stop: () => Promise<void>;
}

export async function start(): Promise<Started> {
  const own = newFolder();
  const folder = own.path;
  const home = join(folder, 'home');
  const [program, browser] = await Promise.all([startProgram(home), launch()]);
  const visitor = await visit(browser, program.address);
  return {
    folder,
    home,
    program,
    browser,
    visitor,
    page: visitor.page,
    stop: async () => {
      await browser.close();
      await program.stop();
      own.remove();
    },
  };
}
