/**
 * The process in which speed is measured: it takes one task, answers and ends. It carries little beside what it measures:
 * no compiler, no command line, no store.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { openResident } from '../main/engine/resident.ts';
import { openProgram } from '../main/engine/session.ts';
import { computeThreads } from '../main/engine/threads.ts';
import type { Program, ResidentProgram } from '../models/device.ts';
import { filled } from './filled-tensors.ts';
import { type SpeedReply, type SpeedTask, speedTask } from './speed-messages.ts';

process.once('message', (message) => {
  void replyTo(message).then((reply) => {
    process.send?.(reply, () => process.disconnect());
  });
});

async function replyTo(message: unknown): Promise<SpeedReply> {
  try {
    return await measured(speedTask.parse(message));
  } catch (error) {
    return { status: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function measured(task: SpeedTask): Promise<SpeedReply> {
  const program = await opened(task);
  const batch = filled(task.batch);
  await program.run(batch);
  const times: number[] = [];
  for (let repeat = 0; repeat < task.repeat; repeat++) {
    const start = performance.now();
    await program.run(batch);
    times.push(performance.now() - start);
  }
  const peak = mostMemory();
  await program.dispose();
  return { status: 'ran', times, peak };
}

/** Linux' usual figure, maxRSS, begins with the peak of the process that started this one, which may have compiled. */
function mostMemory(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const own = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return (own === undefined ? process.resourceUsage().maxRSS : Number(own)) / 1000;
}

async function opened({ device, graph, resident }: SpeedTask): Promise<Program | ResidentProgram> {
  // The device was tried before this process was started.
  const place = { kind: device, label: device, threads: computeThreads() };
  if (resident === null) return openProgram(graph, place);
  const model = (await readFile(graph.path)).subarray(graph.offset);
  return openResident(
    model,
    {
      initial: filled(resident.state),
      successors: Object.fromEntries(resident.state.map(({ name, successor }) => [name, successor])),
      constants: filled(resident.constants),
    },
    place,
  );
}
