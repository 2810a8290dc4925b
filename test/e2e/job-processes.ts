import { execFileSync } from 'node:child_process';

/** As the system's out-of-memory killer does: ends the process that a program computes with, the busiest of them. */
export function killJobProcess(program: number): void {
  const processes = execFileSync('ps', ['-A', '-o', 'ppid=,pid=,pcpu=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([parent, , , ...args]) => Number(parent) === program && args.join(' ').includes('job-entry'))
    .sort((a, b) => Number(b[2]) - Number(a[2]));
  const pid = Number(processes[0]?.[1]);
  if (!Number.isInteger(pid)) throw new Error('the program computes with no process of its own');
  process.kill(pid, 'SIGKILL');
}
