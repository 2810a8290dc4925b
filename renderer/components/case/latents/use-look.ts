import { type Ref, onScopeDispose, ref, shallowRef } from 'vue';
import type { LatentEvent, LatentPicture } from '../../../../preload/contract.ts';

type Begun = Extract<LatentEvent, { kind: 'begun' }>;
type Tile = Extract<LatentEvent, { kind: 'tile' }>;

export interface LookState {
  readonly begun: Begun | null;
  readonly tiles: readonly Tile[];
  readonly pictures: readonly LatentPicture[];
  /** What is done, and how far it is; null before anything is known, and at the end. */
  readonly progress: { readonly what: string; readonly done: number; readonly total: number } | null;
}

export interface LookIntoModel {
  readonly state: Readonly<Ref<LookState>>;
  readonly running: Readonly<Ref<boolean>>;
  /** What `sentenceOf` takes. */
  readonly error: Readonly<Ref<unknown>>;
  /** Begins anew, in place of what was under way. */
  readonly start: (open: (signal: AbortSignal) => Promise<AsyncIterable<LatentEvent>>) => Promise<void>;
  readonly stop: () => void;
}

const NOTHING: LookState = { begun: null, tiles: [], pictures: [], progress: null };

/** Takes what a look into a model tells, until it ends, another begins, or the component goes. */
export function useLook(): LookIntoModel {
  const state = shallowRef(NOTHING);
  const running = ref(false);
  const error = shallowRef<unknown>(null);
  let current: AbortController | null = null;
  const stop = (): void => {
    current?.abort();
    current = null;
    running.value = false;
  };
  const start: LookIntoModel['start'] = async (open) => {
    stop();
    const mine = new AbortController();
    current = mine;
    [state.value, error.value, running.value] = [NOTHING, null, true];
    try {
      for await (const event of await open(mine.signal)) {
        if (current !== mine) return;
        state.value = after(state.value, event);
      }
    } catch (failure) {
      if (current === mine) error.value = failure;
    }
    if (current !== mine) return;
    state.value = { ...state.value, progress: null };
    running.value = false;
  };
  onScopeDispose(stop);
  return { state, running, error, start, stop };
}

function after(state: LookState, event: LatentEvent): LookState {
  switch (event.kind) {
    case 'begun':
      return { ...state, begun: event };
    case 'tile':
      return { ...state, tiles: [...state.tiles, event] };
    case 'choosing-tile':
      return { ...state, progress: { what: 'Finding the most anomalous tile', ...event } };
    case 'progress':
      return { ...state, progress: { what: 'Computing', ...event } };
    case 'picture':
      return { ...state, pictures: [...state.pictures, event.picture] };
  }
}
