import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EXAMPLE, answer, refusal, start, temporaryFolder } from './command-line.ts';

const STEPS = 1500;

describe.skipIf(process.platform === 'win32')('Ctrl-C during a fit', () => {
  it('saves a checkpoint, says how to go on, and the fit goes on from there', async () => {
    const home = join(temporaryFolder(), 'my home');
    const globals = ['--home', home, '--device', 'cpu'];
    await answer(z.object({ name: z.literal('fit') }), ['dataset', 'add', join(EXAMPLE, 'fit'), ...globals]);
    const small = ['--preset', 'tiny', '--size', '16', '--batch', '8', '--steps', String(STEPS)];
    const { child, says, ended } = start(['fit', 'fit', '--name', 'm', ...small, ...globals]);
    const [, run = ''] = await says(/held out; run (\d+)/);

    const stolen = await refusal(['fit', '--resume', run, ...globals]);
    expect(stolen).toMatchObject({ code: 1, kind: 'not-resumable' });
    expect(stolen.message).toContain(`process ${String(child.pid)}`);

    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('press Ctrl-C again to stop at once');
    const last = stderr.trimEnd().split('\n').at(-1) ?? '';
    expect(last).toContain(`flowscreen fit --resume ${run} --home "${home}" --device cpu`);
    const [, step = ''] = /stopped at step (\d+) of 1500/.exec(last) ?? [];
    expect(Number(step)).toBeGreaterThan(0);
    expect(Number(step)).toBeLessThan(STEPS);

    const resumed = start(['fit', '--resume', '--json', ...globals]);
    const outcome = await resumed.ended;
    expect(outcome.code).toBe(0);
    const model = z.object({ name: z.string(), runId: z.int(), steps: z.int() });
    expect(model.parse(JSON.parse(outcome.stdout))).toMatchObject({ name: 'm', runId: Number(run) });

    const again = await refusal(['fit', '--resume', ...globals]);
    expect(again).toMatchObject({ code: 1, kind: 'nothing-to-resume' });
  });

  it('is told as one document with --json', async () => {
    const globals = ['--home', temporaryFolder(), '--device', 'cpu'];
    await answer(z.object({ name: z.string() }), ['dataset', 'add', join(EXAMPLE, 'fit'), ...globals]);
    const small = ['--preset', 'tiny', '--size', '16', '--batch', '8', '--steps', '100000'];
    const { child, says, ended } = start(['fit', 'fit', '--name', 'm', ...small, '--json', ...globals]);
    await says(/held out; run/);
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    const told = z.strictObject({ error: z.strictObject({ kind: z.string(), message: z.string() }) });
    expect(told.parse(JSON.parse(stdout)).error.kind).toBe('interrupted');
  });
});
