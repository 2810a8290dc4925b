import { StoreError } from '../../../main/store/store-error.ts';

/** The StoreError that `action` throws; any other outcome fails the test. */
export function storeErrorOf(action: () => unknown): StoreError {
  try {
    action();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('expected a StoreError, but nothing was thrown');
}
