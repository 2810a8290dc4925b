import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measurePeer } from '../../bench/speed-comparison.ts';
import { type SpeedRequest, compileForSpeed, measureSpeed } from '../../bench/speed.ts';
import { openDevice } from '../../main/engine/devices.ts';
import { EngineError } from '../../main/engine/engine-error.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Of the line that the PyTorch peer prints, in its order. */
const PEER_KEYS = [
  'peer',
  'version',
  'device',
  'mode',
  'steps',
  'hidden',
  'batch',
  'size',
  'ms_per_step',
  'images_per_s',
  'params',
  'peak_mb',
];

const request = (mode: SpeedRequest['mode']): SpeedRequest => ({
  mode,
  steps: 1,
  hidden: 8,
  batch: 2,
  size: 16,
  device: 'cpu',
  repeat: 3,
});

/** Of an RGB Glow with 3 scales of K steps and H hidden channels, counted by hand. */
function trainedParameters(k: number, h: number): number {
  const scale = (c: number, latent: number) => {
    const actnorm = 2 * c;
    const convolution = 2 * c * c + c;
    const gain = 2 * c;
    const subnet = 9 * (c / 2) * h + h * h + 9 * h * c + 4 * h;
    return k * (actnorm + convolution + gain + subnet) + 2 * latent;
  };
  return scale(12, 6) + scale(24, 12) + scale(48, 48);
}

const cpu = await openDevice('cpu', () => {});

describe.each(['train', 'score'] as const)('the speed benchmark of %s', (mode) => {
  it('gives what the peer gives, and how often it ran', async () => {
    const { graph } = await compileForSpeed(request(mode), temporaryFolder(), cpu);
    const result = await measureSpeed(request(mode), graph, '1.2.3');
    expect(Object.keys(result).sort()).toEqual([...PEER_KEYS, 'repeat'].sort());
    expect(result).toMatchObject({ ...request(mode), peer: 'flowscreen', version: '1.2.3' });
    expect(result.params).toBe(trainedParameters(1, 8));
    const { ms_per_step: milliseconds, images_per_s: perSecond, batch } = result;
    // Both are rounded to a tenth.
    expect(((milliseconds - 0.05) * (perSecond - 0.05)) / 1000).toBeLessThanOrEqual(batch);
    expect(((milliseconds + 0.05) * (perSecond + 0.05)) / 1000).toBeGreaterThanOrEqual(batch);
    expect(result.peak_mb).toBeGreaterThan(10);
  });

  it('compiles once, into the folder that measuring reads', async () => {
    const folder = temporaryFolder();
    const first = await compileForSpeed(request(mode), folder, cpu);
    expect(first.compile_ms).not.toBeNull();
    expect(first.graph_mb).toBeGreaterThanOrEqual(0);
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([first.graph.path]);
    expect(await compileForSpeed(request(mode), folder, cpu)).toEqual({ ...first, compile_ms: null });
  });

  it('says in one sentence why it could not run', async () => {
    const graph = { path: import.meta.filename, offset: 0 };
    const error = await measureSpeed(request(mode), graph, '1.2.3').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect(String(error)).toMatch(/could not be loaded on cpu \(.*\).*; try a smaller batch\.$/);
  });
});

/** A peer that does no work: it says what the system says of its memory. */
function idlePeer(work: string): string {
  const script = join(temporaryFolder(), 'peer.mjs');
  writeFileSync(
    script,
    `import { writeFileSync } from 'node:fs';
    ${work}
    const numbers = { steps: 1, hidden: 8, batch: 2, size: 16, ms_per_step: 1, images_per_s: 2, params: 3 };
    const peak_mb = process.resourceUsage().maxRSS / 1000;
    console.log(JSON.stringify({ peer: 'idle', version: '1', mode: 'train', device: 'cpu', ...numbers, peak_mb }));`,
  );
  return `${process.execPath} ${script}`;
}

describe('a peer', () => {
  it('is not charged for memory of the process that compares', async () => {
    const held = Buffer.alloc(500e6, 1);
    const { peak_mb: peak } = await measurePeer(idlePeer(''), request('train'), new AbortController().signal);
    expect(peak).toBeLessThan(held.length / 1e6);
  });

  it('ends when the comparison is stopped', async () => {
    const file = join(temporaryFolder(), 'pid');
    const peer = idlePeer(
      `writeFileSync(${JSON.stringify(file)}, String(process.pid)); await new Promise((resolve) => setTimeout(resolve, 60000));`,
    );
    const stop = new AbortController();
    const measured = measurePeer(peer, request('train'), stop.signal).catch((error: unknown) => error);
    await expect
      .poll(() => existsSync(file) && readFileSync(file, 'utf8'), { timeout: 20_000 })
      .toMatch(/^\d+$/);
    const pid = Number(readFileSync(file, 'utf8'));
    stop.abort();
    expect(await measured).toBeInstanceOf(Error);
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
