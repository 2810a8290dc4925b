// Screens `many` with `small`; prints how many files are saved after each batch.
import { openContext } from '../../../../main/api/context.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';

const [home = ''] = process.argv.slice(2);
const ctx = await openContext({ home, device: 'cpu', who: 'a child', notify: () => undefined });
await screenDataset(
  ctx,
  { model: 'small', dataset: 'many', batchSize: 4 },
  {
    signal: new AbortController().signal,
    onEvent: (event) => {
      if (event.kind === 'progress') process.stdout.write(`${event.done}\n`);
    },
  },
);
ctx.close();
