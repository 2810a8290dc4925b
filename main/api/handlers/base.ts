import { ORPCError, implement } from '@orpc/server';
import { contract } from '../../../preload/contract.ts';
import type { App } from '../app.ts';
import { userFailure } from '../user-failure.ts';

/**
 * What handlers are made with: `os.datasets.list.handler(({ context, input }) => …)`. Typed failures of the services reach
 * the caller as SERVICE with their sentence; what nobody foresaw is logged and reaches it as INTERNAL_SERVER_ERROR, without
 * details.
 */
export const os = implement(contract)
  .$context<App>()
  .use(async ({ next, context, path }) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof ORPCError) throw error;
      const failure = userFailure(error);
      if (failure !== null) {
        throw new ORPCError('SERVICE', {
          status: 422,
          message: failure.message,
          data: { kind: failure.kind },
          defined: true,
          cause: error,
        });
      }
      context.logFailure(`the call ${path.join('.')} failed`, error);
      throw new ORPCError('INTERNAL_SERVER_ERROR', {
        message:
          "Something unforeseen happened; the log in the settings' folder says what. Try again, or restart flowscreen.",
        cause: error,
      });
    }
  });
