import { type PlotAxis, clamp, niceStep, snap } from '../charts/plot-position.ts';

/** Of the axis: a press of an arrow, and what a drag can tell apart. */
const ARROW_PARTS = 200;
const FINE_PARTS = 2000;

/** Where a key moves a value on an axis; null for keys that do not. Shift makes small steps, Page Up and Down large ones. */
export function valueAfterKey(
  value: number,
  key: string,
  shift: boolean,
  { from, to }: PlotAxis,
): number | null {
  const step = niceStep(from, to, shift ? FINE_PARTS : ARROW_PARTS);
  const moved = (by: number): number => clamp(snap(value + by * step, step), from, to);
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return moved(1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return moved(-1);
    case 'PageUp':
      return moved(10);
    case 'PageDown':
      return moved(-10);
    case 'Home':
      return from;
    case 'End':
      return to;
    default:
      return null;
  }
}

/** A dragged value with no more digits than the axis can tell apart. */
export function draggedValue(value: number, { from, to }: PlotAxis): number {
  return clamp(snap(value, niceStep(from, to, FINE_PARTS)), from, to);
}
