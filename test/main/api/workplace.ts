import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Context, openContext } from '../../../main/api/context.ts';
import { type AddedDataset, addDataset } from '../../../main/api/datasets/add-dataset.ts';
import type { FitHooks, FitJobEvent } from '../../../main/api/fit/fit.ts';
import type { ScreenEvent } from '../../../main/api/screening/screen.ts';
import { ServiceError } from '../../../main/api/service-error.ts';
import type { StartJobProcess } from '../../../main/jobs/job-process.ts';

/** Real MRI slices: FLAIR of one patient in `fit`, four modalities of another in `screen`. */
export const EXAMPLE = join(import.meta.dirname, '../../../examples/mri-modality');

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'flowscreen-api-'));
}

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every n-th image of a folder of the example, copied to a folder that may be changed. */
export function copyImages(from: string, to: string, count: number): string[] {
  const source = join(EXAMPLE, from);
  const names = readdirSync(source).filter((name) => name.endsWith('.png'));
  const every = Math.max(1, Math.floor(names.length / count));
  const chosen = names.filter((_, index) => index % every === 0).slice(0, count);
  mkdirSync(to, { recursive: true });
  for (const name of chosen) cpSync(join(source, name), join(to, name));
  return chosen;
}

export async function contextAt(home: string, startJobProcess?: StartJobProcess): Promise<Context> {
  return openContext({
    home,
    ...(startJobProcess === undefined ? {} : { startJobProcess }),
    device: 'cpu',
    who: 'a reader',
    notify: (message) => {
      throw new Error(`nothing to notify of on the CPU: ${message}`);
    },
  });
}

/** A context of its own folder, closed and removed when the test ends. */
export async function temporaryContext(
  home: string = temporaryFolder(),
  startJobProcess?: StartJobProcess,
): Promise<Context> {
  const ctx = await contextAt(home, startJobProcess);
  onTestFinished(() => ctx.close());
  return ctx;
}

export function add(ctx: Context, root: string, name: string, labels = false): Promise<AddedDataset> {
  return addDataset(
    ctx,
    { root, name, labelsFromSubfolders: labels },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

/** Hooks that keep what they are told. */
export function fitHooks(onEvent: (event: FitJobEvent) => void = () => undefined): FitHooks & {
  readonly events: FitJobEvent[];
} {
  const events: FitJobEvent[] = [];
  return {
    events,
    signal: new AbortController().signal,
    onEvent: (event) => {
      events.push(event);
      onEvent(event);
    },
  };
}

export function screenHooks() {
  const events: ScreenEvent[] = [];
  return {
    events,
    signal: new AbortController().signal,
    onEvent: (event: ScreenEvent) => {
      events.push(event);
    },
  };
}

/** The ServiceError that a promise ends with; any other outcome fails the test. */
export async function refusalOf(work: Promise<unknown>): Promise<ServiceError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('expected a ServiceError, but nothing was thrown');
}
