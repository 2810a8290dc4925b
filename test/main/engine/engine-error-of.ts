import { expect } from 'vitest';
import { EngineError } from '../../../main/engine/engine-error.ts';

/** The EngineError that the promise is rejected with; fails the test when there is none. */
export async function engineErrorOf(promise: Promise<unknown>): Promise<EngineError> {
  const thrown: unknown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof EngineError) {
    expect(thrown.message).toMatch(/^[A-Z].*; .*\.$/);
    expect(thrown.message).not.toContain('\n');
    return thrown;
  }
  throw new Error('no EngineError was thrown', { cause: thrown });
}
