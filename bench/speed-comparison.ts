/** Ours beside a peer that does the same work, in one run, taking turns: these machines are noisy. */
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from './markdown-table.ts';
import type { SpeedRequest, SpeedResult } from './speed.ts';
import { storeFigures, storedFigures } from './stored-figures.ts';

/** What both sides print, as one line of JSON. */
export const measurementSchema = z.object({
  peer: z.string(),
  version: z.string(),
  mode: z.enum(['train', 'score']),
  device: z.string(),
  steps: z.number(),
  hidden: z.number(),
  batch: z.number(),
  size: z.number(),
  ms_per_step: z.number(),
  images_per_s: z.number(),
  params: z.number(),
  peak_mb: z.number(),
});
export type Measurement = z.infer<typeof measurementSchema>;

export const comparisonSchema = z.strictObject({
  command: z.string(),
  device: z.string(),
  processor: z.string(),
  compileMs: z.number().nullable(),
  rounds: z.array(z.strictObject({ ours: measurementSchema, peer: measurementSchema })),
  /** Median over rounds of the peer's time divided by ours: above 1 we are faster. */
  speedRatio: z.number(),
  /** The same of peak memory: above 1 we need less. */
  memoryRatio: z.number(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** Runs a peer's program with the same numbers. @param peer a command line, split at spaces */
export async function measurePeer(
  peer: string,
  request: SpeedRequest,
  signal: AbortSignal,
): Promise<Measurement> {
  const [program = '', ...given] = peer.split(' ').filter((word) => word !== '');
  const { mode, steps, hidden, batch, size, repeat } = request;
  const flags = Object.entries({ mode, steps, hidden, batch, size, repeat }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  const child = spawn(...fromSmallProcess(program, [...given, ...flags]), {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`"${peer}" ended with exit code ${code}`));
    });
  });
  return measurementSchema.parse(JSON.parse(output));
}

/** Runs its arguments as a process of its own, ends as that does, and ends it when it is ended itself. */
const SHELL_BETWEEN = '"$0" "$@" & peer=$!; trap "kill $peer" TERM; wait $peer';

/**
 * The peak memory that a peer reads from its system begins, on Linux, with that of the process that started it: ours, which
 * may have compiled. A shell in between keeps that out.
 */
function fromSmallProcess(program: string, args: readonly string[]): [string, string[]] {
  if (process.platform === 'win32') return [program, [...args]];
  return ['/bin/sh', ['-c', SHELL_BETWEEN, program, ...args]];
}

export async function compareSpeed(
  ours: () => Promise<SpeedResult>,
  peer: () => Promise<Measurement>,
  rounds: number,
): Promise<Pick<Comparison, 'rounds' | 'speedRatio' | 'memoryRatio'>> {
  const pairs: Comparison['rounds'] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({ ours: measurementSchema.parse(await ours()), peer: await peer() });
  }
  return {
    rounds: pairs,
    speedRatio: median(pairs.map((pair) => pair.peer.ms_per_step / pair.ours.ms_per_step)),
    memoryRatio: median(pairs.map((pair) => pair.peer.peak_mb / pair.ours.peak_mb)),
  };
}

export async function recordComparison(folder: string, comparison: Comparison): Promise<void> {
  const [first] = comparison.rounds;
  if (first === undefined) return;
  const { mode, steps, hidden, batch } = first.ours;
  await storeFigures(folder, `${mode}-${steps}-${hidden}-${batch}`, comparison);
}

const COLUMNS = [
  'what',
  'ours, ms',
  'peer, ms',
  'speed ratio',
  'ours, MB',
  'peer, MB',
  'compiling, s',
  'rounds',
];

/**
 * Blocks of Markdown with a table of the stored comparisons; none where there are none.
 * @throws FiguresError when a file is malformed
 */
export async function speedSection(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const rows: string[][] = [];
  let machine = '';
  for (const name of names.sort()) {
    const comparison = await storedFigures(join(folder, name), comparisonSchema);
    const [first] = comparison.rounds;
    if (first === undefined) continue;
    machine = `${comparison.processor}, ${comparison.device}; peer ${first.peer.peer} ${first.peer.version}`;
    const of = (pick: (round: Comparison['rounds'][number]) => number) => median(comparison.rounds.map(pick));
    const { mode, steps, hidden, batch } = first.ours;
    rows.push([
      `${mode} (${steps}, ${hidden}, ${batch})`,
      of(({ ours }) => ours.ms_per_step).toFixed(1),
      of(({ peer }) => peer.ms_per_step).toFixed(1),
      `${comparison.speedRatio.toFixed(2)}×`,
      of(({ ours }) => ours.peak_mb).toFixed(0),
      of(({ peer }) => peer.peak_mb).toFixed(0),
      comparison.compileMs === null ? 'cached' : (comparison.compileMs / 1000).toFixed(1),
      String(comparison.rounds.length),
    ]);
  }
  if (rows.length === 0) return [];
  return [
    '## Speed beside PyTorch, the same Glow',
    `Steps per scale, hidden channels, batch; 32×32×3 images; medians of alternating rounds, each in a process of its own (${machine}). ` +
      'Stored in [results/speed/](results/speed/) with the command of each.',
    markdownTable(COLUMNS, rows),
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}
