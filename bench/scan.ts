/** How fast a large folder is scanned, and scanned again: the real command on real files. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type ProcessSample, processTree } from './scan/process-tree.ts';
import type { ScanFigures, ScanRun } from './scan/record.ts';
import { writeSmallFiles } from './scan/small-files.ts';

/** What is promised of 100,000 files on two cores: seconds and MiB. */
export const SCAN_TARGETS = { first: 180, unchanged: 15, residentMb: 500 } as const;

const CHANGED_FILES = 1000;
const SAMPLED_EVERY_MS = 500;

export interface ScanRequest {
  /** The file of the command line, which node runs. */
  readonly cli: string;
  readonly files: number;
  /** Where the files are made, in a folder that is deleted again; the system's own place for such where it is not said. */
  readonly folder: string | null;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

export async function measureScan({ cli, files, folder, signal, report }: ScanRequest): Promise<ScanFigures> {
  if (folder !== null) await mkdir(folder, { recursive: true });
  const place = await mkdtemp(join(folder ?? tmpdir(), 'flowscreen-scan-'));
  try {
    const images = join(place, 'images');
    report(`Making ${files.toLocaleString('en')} files in "${images}" …`);
    const all = Array.from({ length: files }, (_, index) => index);
    await writeSmallFiles(images, all);
    const scan = () =>
      timed([cli, '--home', join(place, 'home'), '--json', 'dataset', 'add', images], signal);
    report('Scanning …');
    const first = await scan();
    report(`${first.seconds} s. Scanning again …`);
    const unchanged = await scan();
    const step = Math.max(1, Math.floor(files / CHANGED_FILES));
    const some = all.filter((index) => index % step === 0).slice(0, CHANGED_FILES);
    await writeSmallFiles(images, some, 1);
    report(`${unchanged.seconds} s. Scanning again after ${some.length} changes …`);
    const changed = await scan();
    const peaks = [first, unchanged, changed].map(({ residentMb }) => residentMb);
    return {
      date: new Date().toISOString(),
      processor: cpus()[0]?.model.trim() ?? 'unknown processor',
      cores: availableParallelism(),
      files,
      changedFiles: some.length,
      targets: SCAN_TARGETS,
      first,
      unchanged,
      changed,
      met: {
        first: first.seconds <= SCAN_TARGETS.first,
        unchanged: unchanged.seconds <= SCAN_TARGETS.unchanged,
        memory: peaks.includes(null) ? null : peaks.every((peak) => (peak ?? 0) < SCAN_TARGETS.residentMb),
      },
    };
  } finally {
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Runs the program, looking at what it takes meanwhile. @throws Error with what it wrote, where it fails */
async function timed(args: readonly string[], signal: AbortSignal): Promise<ScanRun> {
  const load = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const watching = new AbortController();
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => watching.abort());
  const [code, usage] = await Promise.all([ended, watched(child.pid ?? 0, watching.signal)]);
  if (code !== 0) throw new Error(`the scan ended with ${String(code)}: ${said}`);
  return { seconds: Math.round((performance.now() - began) / 100) / 10, ...usage, load };
}

async function watched(pid: number, signal: AbortSignal): Promise<Omit<ScanRun, 'seconds' | 'load'>> {
  let [resident, proportional] = [0, 0];
  const processorSeconds = new Map<number, number>();
  const sum = (samples: readonly ProcessSample[], of: 'resident' | 'proportional') =>
    samples.reduce((total, sample) => total + sample[of], 0);
  while (!signal.aborted) {
    const samples = await processTree(pid);
    resident = Math.max(resident, sum(samples, 'resident'));
    proportional = Math.max(proportional, sum(samples, 'proportional'));
    for (const sample of samples) processorSeconds.set(sample.pid, sample.processorSeconds);
    await setTimeout(SAMPLED_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  const isKnown = processorSeconds.size > 0;
  return {
    processorSeconds: isKnown
      ? Math.round([...processorSeconds.values()].reduce((a, b) => a + b, 0) * 10) / 10
      : null,
    residentMb: isKnown ? Math.round(resident) : null,
    proportionalMb: isKnown ? Math.round(proportional) : null,
  };
}
