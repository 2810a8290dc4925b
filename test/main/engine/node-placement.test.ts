import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placementOf } from '../../../main/engine/node-placement.ts';
import { openBindingResident } from '../../../main/engine/binding-resident.ts';
import { smallTraining } from './glow-sample.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('where nodes run', () => {
  it("is read from ONNX Runtime's own profile, each node once", async () => {
    const folder = temporaryFolder();
    const { model, state, batches } = smallTraining('portable');
    const place = { kind: 'cpu', label: 'CPU', threads: 1 } as const;
    const program = await openBindingResident(model, state, place, {
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    });
    for (const batch of batches) await program.run(batch);
    program.endProfiling();
    await program.dispose();
    const [file = ''] = readdirSync(folder);
    const profile = readFileSync(join(folder, file), 'utf8');

    const onCpu = placementOf(profile, 'cpu');
    expect(onCpu.elsewhere).toEqual({});
    expect(onCpu.nodes).toBeGreaterThan(100);
    // Held against another device, all of them have fallen off it.
    const fallen = Object.values(placementOf(profile, 'webgpu').elsewhere);
    expect(fallen.reduce((sum, count) => sum + count, 0)).toBe(onCpu.nodes);
  });

  it('is no claim where a text holds no nodes', () => {
    expect(() => placementOf('[]', 'webgpu')).toThrow('no node');
    expect(() => placementOf('{"nodes": 3}', 'webgpu')).toThrow();
  });
});
