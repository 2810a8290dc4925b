import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { Reason } from '../../preload/contract.ts';
import { findEncoder, removeEncoder } from '../api/encoders/encoders.ts';
import type { Register } from './register.ts';

const Options = z.object({ reason: Reason });

export const registerEncoderRemove: Register = (encoder, run) => {
  encoder
    .command('remove')
    .description('takes an encoder that no model needs out of the list')
    .argument('<encoder>', 'encoder that was added or trained')
    .requiredOption('--reason <reason>', 'why; it is kept in the audit trail', reason)
    .action(
      run(async ({ open }, name: string, given: unknown) => {
        const context = await open();
        const { id } = findEncoder(context, name);
        removeEncoder(context, { id, reason: Options.parse(given).reason });
        return { json: { removed: name }, text: `The encoder ${name} is removed.` };
      }),
    );
};

function reason(text: string): string {
  const parsed = Reason.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('Give a reason of at most 500 characters.');
}
