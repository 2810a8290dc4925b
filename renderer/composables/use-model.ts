import { type ComputedRef, computed } from 'vue';
import type { ModelSummary } from '../../preload/contract.ts';
import { api } from '../api.ts';
import { useLoaded } from './use-loaded.ts';

/** What is known of a model; null before the answer, and where it is in the lists no more. */
export function useModel(modelId: () => number | null): ComputedRef<ModelSummary | null> {
  const { value } = useLoaded(() => api.models.list(), ['models']);
  return computed(() => value.value?.find(({ id }) => id === modelId()) ?? null);
}
