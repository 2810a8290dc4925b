import { type Ref, onScopeDispose, reactive, watch } from 'vue';

/** The size of an element in CSS pixels, as it changes; 0 by 0 while there is none. */
export function useSize(
  element: Readonly<Ref<HTMLElement | null>>,
): Readonly<{ width: number; height: number }> {
  const size = reactive({ width: 0, height: 0 });
  const observer = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    size.width = entry.contentRect.width;
    size.height = entry.contentRect.height;
  });
  watch(
    element,
    (now, before) => {
      if (before) observer.unobserve(before);
      if (now) observer.observe(now);
    },
    { immediate: true, flush: 'post' },
  );
  onScopeDispose(() => observer.disconnect());
  return size;
}
