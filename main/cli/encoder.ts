import { listEncoders } from '../api/encoders/encoders.ts';
import { registerEncoderAdd } from './encoder-add.ts';
import { registerEncoderRemove } from './encoder-remove.ts';
import { gridText, inputText } from './encoder-text.ts';
import { registerEncoderTrain } from './encoder-train.ts';
import type { Register } from './register.ts';
import { left, right, table } from './terminal/table.ts';

export const registerEncoder: Register = (program, run) => {
  const encoder = program
    .command('encoder')
    .description('networks that turn images into features, for the detectors that work on those');
  encoder
    .command('list')
    .description('lists all encoders, the one that is always there first')
    .action(
      run(async ({ open }) => {
        const encoders = listEncoders(await open());
        const rows = encoders.map((each) => [
          each.name,
          each.training === null ? each.source : `trained on ${each.training.dataset}`,
          each.dimensions?.toLocaleString('en-US') ?? '',
          gridText(each),
          inputText(each),
          each.normalisation ?? '',
          each.createdAt ?? '',
        ]);
        const columns = [
          left('encoder'),
          left('source'),
          right('dimensions'),
          left('map'),
          left('images'),
          left('normalisation'),
          left('when'),
        ];
        return { json: { encoders }, text: table(columns, rows) };
      }),
    );
  registerEncoderAdd(encoder, run);
  registerEncoderTrain(encoder, run);
  registerEncoderRemove(encoder, run);
};
