import { type Ref, onScopeDispose, readonly, ref, watch } from 'vue';

/** What was typed, once the typing pauses. */
export function useDebounced(typed: Readonly<Ref<string>>, ms = 250): Readonly<Ref<string>> {
  const settled = ref(typed.value);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(typed, (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (settled.value = text), ms);
  });
  onScopeDispose(() => clearTimeout(timer));
  return readonly(settled);
}
