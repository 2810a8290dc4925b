import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Beyond this many, the small operators of a flow spend more time on waking threads than on work. */
const MOST_THREADS = 16;

/** Threads for computing: one per physical core that this process may use. */
export function computeThreads(): number {
  const available = availableParallelism();
  return Math.max(1, Math.min(available, physicalCores() ?? available, MOST_THREADS));
}

/** Two threads on one core share its arithmetic units. Only Linux says without another program which do. */
function physicalCores(): number | null {
  if (process.platform !== 'linux') return null;
  try {
    const cores = readFileSync('/proc/cpuinfo', 'utf8').split('\n\n').flatMap(coreOf);
    return cores.length === 0 ? null : new Set(cores).size;
  } catch {
    // No /proc (a hardened container): the logical cores have to do.
    return null;
  }
}

function coreOf(processor: string): string[] {
  const socket = /^physical id\s*: (\d+)$/m.exec(processor)?.[1];
  const core = /^core id\s*: (\d+)$/m.exec(processor)?.[1];
  return socket === undefined || core === undefined ? [] : [`${socket}/${core}`];
}
