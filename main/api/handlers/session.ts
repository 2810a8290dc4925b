import { os } from './base.ts';

export const sessionHandlers = {
  read: os.session.read.handler(({ context }) => ({ state: context.services.store.session.read() })),
  save: os.session.save.handler(({ context, input }) => {
    context.services.store.session.save(input.state);
    return {};
  }),
};
