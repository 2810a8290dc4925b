import { registerThresholdList } from './threshold-list.ts';
import { registerThresholdSet } from './threshold-set.ts';
import type { Register } from './register.ts';

export const registerThreshold: Register = (program, run) => {
  const threshold = program
    .command('threshold')
    .description(
      'the score above which images are flagged; "threshold <model>" is short for "threshold set <model>"',
    );
  registerThresholdSet(threshold, run);
  registerThresholdList(threshold, run);
};
