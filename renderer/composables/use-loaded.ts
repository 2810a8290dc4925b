import { type Ref, onScopeDispose, ref, shallowRef, watchEffect } from 'vue';
import type { Change } from '../../preload/contract.ts';
import { onChange } from '../changes.ts';

export interface Loaded<T> {
  /** Null until the first answer; the last good answer while it is read again. */
  readonly value: Readonly<Ref<T | null>>;
  /** What {@link sentenceOf} takes; null where the last reading went well. */
  readonly error: Readonly<Ref<unknown>>;
  readonly loading: Readonly<Ref<boolean>>;
  readonly reload: () => Promise<void>;
}

/**
 * Reads something, and again when what `load` reads reactively before its first await changes, or one of the topics does.
 * Only the answer to the latest reading counts.
 */
export function useLoaded<T>(load: () => Promise<T>, topics: readonly Change['topic'][] = []): Loaded<T> {
  const value = shallowRef<T | null>(null);
  const error = shallowRef<unknown>(null);
  const loading = ref(true);
  let latest = 0;
  const take = async (reading: Promise<T>): Promise<void> => {
    latest += 1;
    const mine = latest;
    loading.value = true;
    try {
      const read = await reading;
      if (mine !== latest) return;
      value.value = read;
      error.value = null;
    } catch (failure) {
      if (mine !== latest) return;
      error.value = failure;
    }
    loading.value = false;
  };
  const reload = (): Promise<void> => take(load());
  watchEffect(() => {
    void reload();
  });
  if (topics.length > 0) onScopeDispose(onChange(topics, () => void reload()));
  onScopeDispose(() => (latest = -1));
  return { value, error, loading, reload };
}
