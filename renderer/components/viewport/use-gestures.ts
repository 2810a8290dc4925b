import { type Ref, onScopeDispose, watch } from 'vue';
import type { Measure } from './cornerstone.ts';

export type Tool = 'window' | 'pan' | 'zoom' | Measure;

export interface Gestures {
  /** What the left button does; the middle one always pans, the right one zooms. */
  tool(): Tool;
  /** Whether the wheel goes through frames; it zooms otherwise, and always with Ctrl. */
  scrolls(): boolean;
  /** By CSS pixels. */
  window(across: number, down: number): void;
  pan(across: number, down: number): void;
  /** Around a point, in CSS pixels of the element. */
  zoom(factor: number, x: number, y: number): void;
  scroll(frames: number): void;
  fit(): void;
  /** Null when the pointer left. */
  hover(at: { x: number; y: number } | null): void;
}

type Drag = 'window' | 'pan' | 'zoom';

const ZOOM_PER_PIXEL = 1.006;
const ZOOM_PER_NOTCH = 1.2;

/** The same gestures on every picture of a case. */
export function useGestures(element: Readonly<Ref<HTMLElement | null>>, gestures: Gestures): void {
  let drag: { kind: Drag; pointer: number; startX: number; startY: number } | null = null;

  const place = (event: MouseEvent): { x: number; y: number } => {
    const box = element.value?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const down = (event: PointerEvent): void => {
    const kind = dragOf(event.button, gestures.tool());
    if (kind === null || drag !== null) return;
    const { x, y } = place(event);
    drag = { kind, pointer: event.pointerId, startX: x, startY: y };
    element.value?.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    gestures.hover(place(event));
    if (drag?.pointer !== event.pointerId) return;
    const { movementX, movementY } = event;
    if (drag.kind === 'window') gestures.window(movementX, movementY);
    else if (drag.kind === 'pan') gestures.pan(movementX, movementY);
    else gestures.zoom(ZOOM_PER_PIXEL ** -movementY, drag.startX, drag.startY);
  };
  const up = (event: PointerEvent): void => {
    if (drag?.pointer === event.pointerId) drag = null;
  };
  const leave = (): void => gestures.hover(null);
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const notches = Math.sign(event.deltaY);
    if (notches === 0) return;
    if (gestures.scrolls() && !event.ctrlKey) {
      gestures.scroll(notches);
      return;
    }
    const { x, y } = place(event);
    gestures.zoom(ZOOM_PER_NOTCH ** -notches, x, y);
  };
  const still = (event: Event): void => event.preventDefault();
  const fit = (): void => gestures.fit();

  watch(
    element,
    (now, before) => {
      if (before) forget(before);
      if (!now) return;
      now.addEventListener('pointerdown', down);
      now.addEventListener('pointermove', move);
      now.addEventListener('pointerup', up);
      now.addEventListener('pointercancel', up);
      now.addEventListener('pointerleave', leave);
      now.addEventListener('wheel', wheel, { passive: false });
      now.addEventListener('contextmenu', still);
      now.addEventListener('dblclick', fit);
    },
    { immediate: true, flush: 'post' },
  );
  const forget = (from: HTMLElement): void => {
    from.removeEventListener('pointerdown', down);
    from.removeEventListener('pointermove', move);
    from.removeEventListener('pointerup', up);
    from.removeEventListener('pointercancel', up);
    from.removeEventListener('pointerleave', leave);
    from.removeEventListener('wheel', wheel);
    from.removeEventListener('contextmenu', still);
    from.removeEventListener('dblclick', fit);
  };
  onScopeDispose(() => {
    if (element.value) forget(element.value);
  });
}

function dragOf(button: number, tool: Tool): Drag | null {
  if (button === 1) return 'pan';
  if (button === 2) return 'zoom';
  return tool === 'window' || tool === 'pan' || tool === 'zoom' ? tool : null;
}
