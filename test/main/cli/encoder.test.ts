/** Encoders on the real command line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mixingEncoder } from '../engine/encoders/mixing-encoder.ts';
import { onnxBytes } from '../engine/encoders/write-onnx.ts';
import { EXAMPLE, answer, flowscreen, refusal, start, temporaryFolder } from './command-line.ts';

const encoders = z.object({ encoders: z.array(z.object({ name: z.string(), source: z.string() })) });
const summary = z.looseObject({ name: z.string(), dimensions: z.int(), sha256: z.string() });

async function names(home: string): Promise<string[]> {
  return (await answer(encoders, ['encoder', 'list', '--home', home])).encoders.map(({ name }) => name);
}

describe('flowscreen encoder', () => {
  it('adds a file once all is said of it, lists it and removes it', async () => {
    const folder = temporaryFolder();
    const home = join(folder, 'home');
    const file = join(folder, 'mixing.onnx');
    writeFileSync(file, onnxBytes(mixingEncoder(['N', 3, 'h', 'w'])));
    const add = ['encoder', 'add', file, '--home', home];
    const asked = await refusal(add);
    expect(asked).toMatchObject({ code: 1, kind: 'encoder-asks' });
    expect(asked.message).toContain('does not say how pixels are normalised');
    expect(asked.message).toContain('--normalisation imagenet|');
    const added = await answer(summary, [
      ...add,
      '--normalisation',
      'imagenet',
      '--map',
      'map',
      '--size',
      '16',
    ]);
    expect(added).toMatchObject({
      name: 'mixing',
      dimensions: 4,
      size: { height: 16, width: 16 },
      grid: { height: 8, width: 8, dimensions: 4 },
    });
    expect(await names(home)).toEqual(['filter-bank', 'mixing']);
    const { stdout } = await flowscreen(['encoder', 'list', '--home', home]);
    expect(stdout).toContain('8x8 of 4');
    const kept = await refusal(['encoder', 'remove', 'filter-bank', '--reason', 'x', '--home', home]);
    expect(kept.kind).toBe('unknown-encoder');
    await answer(z.object({ removed: z.string() }), [
      ...['encoder', 'remove', 'mixing', '--reason', 'a better one came', '--home', home],
    ]);
    expect(await names(home)).toEqual(['filter-bank']);
  });

  it('trains one, stops when asked to, and goes on from there', async () => {
    const home = join(temporaryFolder(), 'home');
    const at = ['--home', home, '--device', 'cpu'];
    await answer(z.looseObject({}), ['dataset', 'add', join(EXAMPLE, 'fit'), '--name', 'flair', ...at]);
    const sized = ['--preset', 'tiny', '--size', '32', '--steps', '400'];
    const training = start(['encoder', 'train', 'flair', '--name', 'own', ...sized, ...at, '--json']);
    await training.says(/Training +\d/);
    training.child.kill('SIGINT');
    const stopped = await training.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('encoder train --resume 1');
    const own = await answer(summary, ['encoder', 'train', '--resume', ...at]);
    expect(own).toMatchObject({ name: 'own', source: 'trained', training: { steps: 400, images: 69 } });
    expect(await names(home)).toEqual(['filter-bank', 'own']);
  });
});
