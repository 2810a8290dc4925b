// Fits `flair` with the steps given, with a checkpoint after every step; prints each checkpoint's step.
import { openContext } from '../../../../main/api/context.ts';
import { fitModel } from '../../../../main/api/fit.ts';
import { SMALL_FIT } from '../small-fit.ts';

const [home = '', steps = '0'] = process.argv.slice(2);
const ctx = await openContext({ home, device: 'cpu', who: 'a child', notify: () => undefined });
await fitModel(
  ctx,
  { ...SMALL_FIT, steps: Number(steps) },
  {
    signal: new AbortController().signal,
    checkpointSeconds: 0,
    onEvent: (event) => {
      if (event.kind === 'checkpoint-saved') process.stdout.write(`${event.step}\n`);
    },
  },
);
ctx.close();
