// Fits `flair` with the steps and, as JSON, what else is given, with a checkpoint after every step; prints each checkpoint's step.
import { z } from 'zod';
import { openContext } from '../../../../main/api/context.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { SMALL_FIT } from '../small-fit.ts';

const Changes = z.strictObject({
  detector: z.string().exactOptional(),
  generalDataset: z.string().nullable().exactOptional(),
  encoder: z.string().nullable().exactOptional(),
});

const [home = '', steps = '0', changes = '{}'] = process.argv.slice(2);
const ctx = await openContext({ home, device: 'cpu', who: 'a child', notify: () => undefined });
await fitModel(
  ctx,
  { ...SMALL_FIT, steps: Number(steps), ...Changes.parse(JSON.parse(changes)) },
  {
    signal: new AbortController().signal,
    checkpointSeconds: 0,
    onEvent: (event) => {
      if (event.kind === 'checkpoint-saved') process.stdout.write(`${event.step}\n`);
    },
  },
);
ctx.close();
