/** The CPU where a part of the installation is missing: in a copy of the program, by links, that lacks it for real. */
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runChild } from './child.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');

const tensor = z.object({ data: z.instanceof(Float32Array), shape: z.array(z.number()) });
const computed = z.object({
  notices: z.array(z.string()),
  losses: z.array(z.number()).min(1),
  parameters: z.array(z.instanceof(Float32Array)).min(1),
  scores: z.record(z.string(), tensor),
});

/** Trains and scores with a program that has every package but this. */
async function computeWithout(missing: string): Promise<unknown> {
  const folder = temporaryFolder();
  for (const name of ['main', 'models', 'test', 'package.json']) {
    symlinkSync(join(ROOT, name), join(folder, name));
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== missing) symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  const script = join(folder, 'test/main/engine/children/cpu.ts');
  // Else Node looks for packages beside what the links lead to, where all of them are.
  const environment = { NODE_OPTIONS: '--preserve-symlinks --preserve-symlinks-main' };
  const { messages, terminal } = await runChild(script, environment);
  expect(terminal).toBe('');
  return messages[0];
}

const whole = computed.parse((await runChild('cpu.ts', {})).messages[0]);

describe('the CPU', () => {
  it('needs no notice where everything is installed', () => {
    expect(whole.notices).toEqual([]);
  });

  // npm leaves the second out with --omit=optional, or where it was installed for another platform.
  it.each(['koffi', '@koromix'])(
    'gives the same bytes without %s, and says what is missing',
    async (name) => {
      const { notices, ...numbers } = computed.parse(await computeWithout(name));
      const { losses, parameters, scores } = whole;
      expect(numbers).toEqual({ losses, parameters, scores });
      expect(notices).toEqual([
        expect.stringMatching(/^ONNX Runtime is called in a way .*\(.*koffi.*\); install flowscreen again /i),
      ]);
    },
  );
});
