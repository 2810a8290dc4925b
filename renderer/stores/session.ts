import { defineStore } from 'pinia';
import { reactive, shallowReactive, watch } from 'vue';
import { api } from '../api.ts';
import { parseState, restoreInto } from '../session-state.ts';

const SAVE_AFTER_MS = 800;

/** What the window looked like: the route and what each view wants to find again. Saved a moment after each change. */
export const useSession = defineStore('session', () => {
  const state = reactive<Record<string, unknown>>({});

  /** Called once, before the first view. */
  const load = async (): Promise<void> => {
    const { state: text } = await api.session.read();
    Object.assign(state, parseState(text));
    let timer: ReturnType<typeof setTimeout> | undefined;
    watch(
      state,
      () => {
        clearTimeout(timer);
        timer = setTimeout(save, SAVE_AFTER_MS);
      },
      { deep: true },
    );
  };

  const save = (): void => {
    api.session.save({ state: JSON.stringify(state) }).catch(() => {
      // The next change saves it again; a lost scroll position is no news for the user.
    });
  };

  /**
   * The state of a view, which lives on when the view is left: `const state = session.view('triage', { layout: 'list' })`.
   * Starts as saved, as far as that looks like the defaults (see restoreInto).
   */
  const view = <State extends object>(name: string, defaults: State): State => {
    const own = structuredClone(defaults);
    restoreInto(own, state[name]);
    const held = watched(own);
    state[name] = held;
    return held;
  };

  return { state, load, view };
});

/** Reactive all the way down, of the type that went in: refs, which reactive() would unwrap, have no place in a state. */
function watched<Value extends object>(value: Value): Value {
  for (const key of Object.keys(value)) {
    const inner: unknown = Reflect.get(value, key);
    if (typeof inner === 'object' && inner !== null) Reflect.set(value, key, watched(inner));
  }
  return shallowReactive(value);
}
