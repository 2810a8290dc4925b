import { uptime } from 'node:os';
import { z } from 'zod';

const PROCESS_STARTED_MS = Date.now() - process.uptime() * 1000;

/**
 * Whether the process `pid` that claimed something at `claimedAt` (UTC ISO) still lives. A living process of that
 * number may be another one: systems reuse numbers after a restart, and a container gives its only process
 * the same number every time. So a claim older than the machine's start, or made under this process's number
 * before it started, is a dead one's.
 */
export function isClaimAlive(pid: number, claimedAt: string): boolean {
  const claimedMs = Date.parse(claimedAt);
  if (pid === process.pid) return claimedMs >= PROCESS_STARTED_MS;
  if (claimedMs < Date.now() - uptime() * 1000) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return z.object({ code: z.literal('EPERM') }).safeParse(error).success;
  }
}
