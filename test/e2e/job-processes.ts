import { execFileSync } from 'node:child_process';

/**
 * As the system does where memory is short: ends the process that a program computes with, without a word to it. Of several
 * it is the oldest: a job's, as heatmaps are looked at later.
 */
export function killJobProcess(program: number): void {
  const processes = execFileSync('ps', ['-A', '-o', 'ppid=,pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([parent, , ...args]) => Number(parent) === program && args.join(' ').includes('job-entry'))
    .map(([, pid]) => Number(pid));
  if (processes.length === 0) throw new Error('the program computes with no process of its own');
  process.kill(Math.min(...processes), 'SIGKILL');
}
