import { spawn } from 'node:child_process';
import { z } from 'zod';
import type { SpeedRequest, SpeedResult } from '../../bench/speed.ts';
import { EngineError } from '../engine/engine-error.ts';

const resultSchema = z.object({
  peer: z.literal('flowscreen'),
  version: z.string(),
  mode: z.enum(['train', 'score']),
  steps: z.number(),
  hidden: z.number(),
  batch: z.number(),
  size: z.number(),
  device: z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']),
  repeat: z.number(),
  ms_per_step: z.number(),
  images_per_s: z.number(),
  params: z.number(),
  peak_mb: z.number(),
});

/** Runs the same command line again, to measure there what was compiled here. */
export async function measureInChild(
  request: SpeedRequest,
  home: string,
  signal: AbortSignal,
): Promise<SpeedResult> {
  const { mode, device, ...numbers } = request;
  const flags = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const commandLine = [
    process.argv[1] ?? '',
    '--home',
    home,
    '--device',
    device,
    '--json',
    'bench',
    mode,
    ...flags,
    '--here',
  ];
  const child = spawn(process.execPath, commandLine, { stdio: ['ignore', 'pipe', 'inherit'], signal });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) {
    throw new EngineError(
      'run-failed',
      `The benchmark could not run on ${device} (exit code ${code}); try a smaller batch.`,
    );
  }
  return resultSchema.parse(JSON.parse(output));
}
