import { exportModelFile, importModelFile } from '../models/model-exchange.ts';
import { listModels, modelCardText, removeModel, unreadableModels } from '../models/models.ts';
import { os } from './base.ts';

export const modelHandlers = {
  list: os.models.list.handler(({ context }) => listModels(context.services)),
  unreadable: os.models.unreadable.handler(({ context }) => unreadableModels(context.services)),
  card: os.models.card.handler(({ context, input }) => ({
    markdown: modelCardText(context.services, input.id),
  })),
  export: os.models.export.handler(async ({ context, input }) => {
    const file = await exportModelFile(context.services, input.id);
    context.changes.announce('audit');
    return file;
  }),
  import: os.models.import.handler(async ({ context, input }) => {
    const model = await importModelFile(context.services, input.file);
    context.changes.announce('encoders');
    context.changes.announce('models');
    context.changes.announce('audit');
    return model;
  }),
  remove: os.models.remove.handler(({ context, input }) => {
    removeModel(context.services, input);
    context.changes.announce('models');
    context.changes.announce('audit');
    return {};
  }),
};
