import { readFileSync, writeFileSync } from 'node:fs';

const STATUS = '/proc/self/status';

/** Forgets the peak so far where the system lets a process do so (Linux): later peaks are those of what came later. */
export function forgetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

/** The most physical memory since then, of the whole process, in MiB. */
export function peakMemory(): number {
  const line =
    process.platform === 'linux' ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS, 'latin1')) : null;
  return Number(line?.[1] ?? process.resourceUsage().maxRSS) / 1024;
}
