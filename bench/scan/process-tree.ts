/** What a process and all that it has started take of the machine, as Linux counts it. */
import { readFile, readdir } from 'node:fs/promises';

export interface ProcessSample {
  readonly pid: number;
  /** Resident pages, also those that it shares with others. MiB. */
  readonly resident: number;
  /** The same with shared pages divided among those that share them. MiB. */
  readonly proportional: number;
  /** Processor time so far, of all its threads. */
  readonly processorSeconds: number;
}

/** Hundredths of a second, whatever the machine: what Linux tells programs. */
const TICKS_PER_SECOND = 100;

/** Those that run now; none where the system does not say. */
export async function processTree(root: number): Promise<ProcessSample[]> {
  if (process.platform !== 'linux') return [];
  const states = new Map<number, { parent: number; ticks: number }>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await textOf(`/proc/${name}/stat`);
    // The second field is the name in brackets, which may hold anything; the third follows.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
    if (parent === undefined || user === undefined || system === undefined) continue;
    states.set(Number(name), { parent, ticks: user + system });
  }
  const tree = [root];
  for (const pid of tree) {
    for (const [child, { parent }] of states) if (parent === pid) tree.push(child);
  }
  const samples = tree.map(async (pid): Promise<ProcessSample[]> => {
    const memory = await memoryOf(pid);
    const ticks = states.get(pid)?.ticks ?? 0;
    return memory === null ? [] : [{ pid, ...memory, processorSeconds: ticks / TICKS_PER_SECOND }];
  });
  return (await Promise.all(samples)).flat();
}

async function memoryOf(pid: number): Promise<{ resident: number; proportional: number } | null> {
  const rollup = await textOf(`/proc/${pid}/smaps_rollup`);
  const kib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? NaN);
  const [resident, proportional] = [kib('Rss') / 1024, kib('Pss') / 1024];
  return Number.isNaN(resident) ? null : { resident, proportional };
}

/** Empty where the process has ended. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
