import { os } from './base.ts';

export const commandHandlers = {
  commands: os.system.commands.handler(({ context, signal }) => context.commands(signal)),
};
