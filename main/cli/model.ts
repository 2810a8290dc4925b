import { lossText } from '../api/fit/loss-text.ts';
import { listModels, unreadableModels } from '../api/models/models.ts';
import { commandLineText } from './command-line-text.ts';
import type { Register } from './register.ts';
import { left, right, table } from './terminal/table.ts';

export const registerModel: Register = (program, run) => {
  program
    .command('model')
    .description('fitted models')
    .command('list')
    .description('lists all models, the newest first')
    .action(
      run(async ({ open, options: globals, terminal }) => {
        const context = await open();
        const models = await listModels(context);
        const unreadable = unreadableModels(context);
        for (const { reason } of unreadable) terminal.say(reason);
        const rows = models.map((model) => [
          model.name,
          model.detector,
          model.dataset,
          model.general ?? '',
          model.preset,
          lossText(model.heldOutLoss, model.unit),
          model.device,
          model.createdAt,
        ]);
        const columns = [
          left('model'),
          left('detector'),
          left('dataset'),
          left('general model'),
          left('preset'),
          right('held-out'),
          left('fitted on'),
          left('when'),
        ];
        return {
          json: { models, unreadable },
          text:
            models.length === 0
              ? `There are no models yet; fit one: ${commandLineText('fit <dataset> --name <name>', globals)}`
              : table(columns, rows),
        };
      }),
    );
};
