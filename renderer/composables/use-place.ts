import { type Ref, onScopeDispose, shallowRef, toValue, watchEffect, type MaybeRefOrGetter } from 'vue';

const detail = shallowRef<string | null>(null);

/** What the view on screen shows in particular: "brain on lot 7". Follows the name of its place in the top bar and the title. */
export const placeDetail: Readonly<Ref<string | null>> = detail;

export function usePlace(name: MaybeRefOrGetter<string | null>): void {
  let mine: string | null = null;
  watchEffect(() => {
    mine = toValue(name);
    detail.value = mine;
  });
  onScopeDispose(() => {
    // The next view may have named its place already.
    if (detail.value === mine) detail.value = null;
  });
}
