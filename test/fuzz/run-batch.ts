import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Report } from './plan.ts';
import type { Batch } from './plan.ts';

/** What no input may take: processor time of all threads, and memory of the whole process, caches of earlier inputs included. */
export const MOST_CPU_MS = 5000;
export const MOST_MEMORY_MB = 1536;
/** A process that says nothing for so long hangs; a busy machine needs some time for an input. */
const MOST_SILENCE_MS = 120_000;

/** Processes of one batch that may die of their inputs. */
const MOST_DEATHS = 20;

export interface Failure {
  readonly input: number;
  readonly why: string;
}

export interface BatchResult {
  readonly reports: readonly Report[];
  readonly failures: readonly Failure[];
}

/** Runs a batch in a process of its own, and the rest of it in another one where that dies. */
export async function runBatch(batch: Batch): Promise<BatchResult> {
  const reports: Report[] = [];
  const failures: Failure[] = [];
  let from = batch.from;
  let deaths = 0;
  while (from < batch.to) {
    const { said, end } = await runChild({ ...batch, from });
    for (const report of said) {
      reports.push(report);
      const why = wrong(report);
      if (why !== null) failures.push({ input: report.input, why });
    }
    from += said.length;
    if (from < batch.to) {
      failures.push({ input: from, why: `the process ended: ${end}` });
      // Not an input is at fault then, but the machine or what reads them.
      if (++deaths > MOST_DEATHS) throw new Error(`The processes that read the inputs keep ending: ${end}`);
      from++;
    }
  }
  return { reports, failures };
}

function wrong({ outcome, detail, cpuMs, peakMb }: Report): string | null {
  if (outcome === 'failed') return detail;
  if (cpuMs > MOST_CPU_MS) return `it took ${Math.round(cpuMs)} ms of processor time`;
  return peakMb > MOST_MEMORY_MB ? `it took ${Math.round(peakMb)} MiB of memory` : null;
}

async function runChild(batch: Batch): Promise<{ said: Report[]; end: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), JSON.stringify(batch)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints = text(child.stderr);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
  });
  const said: Report[] = [];
  const watched = { silent: false };
  const watch = setTimeout(() => {
    watched.silent = true;
    child.kill('SIGKILL');
  }, MOST_SILENCE_MS);
  for await (const line of createInterface(child.stdout)) {
    watch.refresh();
    said.push(Report.parse(JSON.parse(line)));
  }
  clearTimeout(watch);
  const end = watched.silent ? `it said nothing for ${MOST_SILENCE_MS / 1000} s` : await ended;
  return { said, end: `${end} ${(await complaints).slice(-2000)}`.trim() };
}
