import { cpus } from 'node:os';
import { join } from 'node:path';
import { type FuzzFigures, recordFuzz } from '../../bench/fuzz-record.ts';
import { writeResultsPage } from '../../bench/results-page.ts';
import type { Report } from './plan.ts';
import { type Failure, MOST_CPU_MS, MOST_MEMORY_MB } from './run-batch.ts';
import type { Kind } from './seeds.ts';

/** Counts what became of the inputs of a run. */
export class Tally {
  readonly #seed: number;
  readonly #kinds = new Map<Kind, Map<string, number>>();
  #slowest: Report | null = null;
  #largest: Report | null = null;
  #failures = 0;
  #inputs = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(reports: readonly Report[], failures: readonly Failure[]): void {
    for (const report of reports) {
      const outcomes = this.#kinds.get(report.kind) ?? new Map<string, number>();
      this.#kinds.set(report.kind, outcomes.set(report.outcome, (outcomes.get(report.outcome) ?? 0) + 1));
      if (report.cpuMs > (this.#slowest?.cpuMs ?? -1)) this.#slowest = report;
      if (report.peakMb > (this.#largest?.peakMb ?? -1)) this.#largest = report;
      this.#inputs++;
    }
    this.#failures += failures.length;
  }

  line(): string {
    const slowest = Math.round(this.#slowest?.cpuMs ?? 0);
    return `${this.#inputs} inputs, ${this.#failures} failures, slowest ${slowest} ms, most memory ${Math.round(this.#largest?.peakMb ?? 0)} MiB`;
  }

  figures(): FuzzFigures {
    return {
      date: new Date().toISOString(),
      processor: cpus()[0]?.model.trim() ?? 'unknown processor',
      seed: this.#seed,
      inputs: this.#inputs,
      failures: this.#failures,
      kinds: [...this.#kinds]
        .sort()
        .map(([kind, outcomes]) => ({ kind, outcomes: Object.fromEntries([...outcomes].sort()) })),
      slowest: { ...named(this.#slowest), ms: Math.round(this.#slowest?.cpuMs ?? 0) },
      largest: { ...named(this.#largest), mb: Math.round(this.#largest?.peakMb ?? 0) },
      limits: { ms: MOST_CPU_MS, mb: MOST_MEMORY_MB },
    };
  }

  /** @param docs the folder of the page of results */
  async record(docs: string, command: string): Promise<void> {
    await recordFuzz(join(docs, 'results', 'fuzz'), command, this.figures());
    await writeResultsPage(docs);
  }
}

function named(report: Report | null): { kind: string; of: string; input: number } {
  return { kind: report?.kind ?? '', of: report?.of ?? '', input: report?.input ?? 0 };
}
