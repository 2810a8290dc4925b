import { ORPCError, implement } from '@orpc/server';
import { contract } from '../../../preload/contract.ts';
import type { App } from '../app.ts';
import { userFailure } from '../user-failure.ts';

/** What a caller is told of a failure. */
function toldOf(error: unknown, { logFailure }: App, call: string): Error {
  if (error instanceof ORPCError) return error;
  const failure = userFailure(error);
  if (failure !== null) {
    return new ORPCError('SERVICE', {
      status: 422,
      message: failure.message,
      data: { kind: failure.kind },
      defined: true,
      cause: error,
    });
  }
  logFailure(`the call ${call} failed`, error);
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    message:
      "Something unforeseen happened; the log in the settings' folder says what. Try again, or restart flowscreen.",
    cause: error,
  });
}

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
      throw toldOf(error, context, path.join('.'));
    }
  });

/** The same for a stream that fails after it has begun, which the calls of {@link os} do not see. */
export async function* toldStream<T>(
  app: App,
  call: string,
  stream: AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* stream;
  } catch (error) {
    throw toldOf(error, app, call);
  }
}
