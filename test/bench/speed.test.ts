import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
