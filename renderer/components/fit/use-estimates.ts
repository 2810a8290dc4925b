import { type Ref, onScopeDispose, ref, watch } from 'vue';
import type { Estimate } from '../../../preload/contract.ts';
import { sentenceOf } from '../../failure.ts';
import type { Preset } from './fit-form.ts';

export type EstimateState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'known'; readonly estimate: Estimate }
  | { readonly kind: 'failed'; readonly sentence: string };

type Ask<Question> = (
  question: Question & { readonly preset: Preset },
  options: { readonly signal: AbortSignal },
) => Promise<Estimate>;

/** Typing into the settings must not start a trial per key. */
const WAIT_MS = 400;

/**
 * How long each preset would take, one after the other since each may be a short trial that wants the machine to itself.
 * Starts anew when the question changes.
 */
export function useEstimates<Question extends object>(
  ask: Ask<Question>,
  question: () => Question | null,
  presets: () => readonly Preset[],
): Readonly<Ref<ReadonlyMap<Preset, EstimateState>>> {
  const states = ref(new Map<Preset, EstimateState>());
  let asking = new AbortController();

  const askAll = async (asked: Question, wanted: readonly Preset[], signal: AbortSignal) => {
    for (const preset of wanted) {
      const state = await estimateState(() => ask({ ...asked, preset }, { signal }));
      if (signal.aborted) return;
      states.value.set(preset, state);
    }
  };

  watch(
    () => JSON.stringify([question(), presets()]),
    () => {
      asking.abort();
      const asked = question();
      const wanted = presets();
      states.value = new Map(asked === null ? [] : wanted.map((preset) => [preset, { kind: 'asking' }]));
      if (asked === null) return;
      const own = new AbortController();
      asking = own;
      const timer = setTimeout(() => void askAll(asked, wanted, own.signal), WAIT_MS);
      own.signal.addEventListener('abort', () => clearTimeout(timer));
    },
    { immediate: true },
  );
  onScopeDispose(() => asking.abort());
  return states;
}

async function estimateState(ask: () => Promise<Estimate>): Promise<EstimateState> {
  try {
    return { kind: 'known', estimate: await ask() };
  } catch (error) {
    return { kind: 'failed', sentence: sentenceOf(error) };
  }
}
