import type { Preparation } from './preparation-settings.ts';

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What one prepared image shows: the part `from` of the source fills the part `to` of it, the rest is black. */
export interface Placement {
  readonly from: Rectangle;
  readonly to: Rectangle;
  /** Where its left and top edge lie in the scaled source, in whole pixels of that. */
  readonly x: number;
  readonly y: number;
}

/** One axis of a placement: from [start, start + length) of the source to the same of the target. */
interface Span {
  readonly from: number;
  readonly fromLength: number;
  readonly to: number;
  readonly toLength: number;
}

/** Places a width x height image on the inputs that the preparation asks for, row by row. */
export function layOut(width: number, height: number, p: Preparation): Placement[] {
  const { columns, rows } = spans(width, height, p);
  return rows.flatMap((row) => columns.map((column) => placement(column, row)));
}

function spans(
  width: number,
  height: number,
  p: Preparation,
): { columns: readonly Span[]; rows: readonly Span[] } {
  switch (p.fit) {
    case 'resize':
      return { columns: [stretched(width, p.width)], rows: [stretched(height, p.height)] };
    case 'crop': {
      // Cutting before scaling: a long thin image never has to exist at its scaled size.
      const scale = Math.max(p.width / width, p.height / height);
      return {
        columns: [cropped(width, p.width, scale)],
        rows: [cropped(height, p.height, scale)],
      };
    }
    case 'pad': {
      const scale = Math.min(p.width / width, p.height / height);
      return { columns: [padded(width, p.width, scale)], rows: [padded(height, p.height, scale)] };
    }
    case 'tile':
      return {
        columns: tiles(width, p.width, p.overlap),
        rows: tiles(height, p.height, p.overlap),
      };
  }
}

function stretched(length: number, target: number): Span {
  return { from: 0, fromLength: length, to: 0, toLength: target };
}

function cropped(length: number, target: number, scale: number): Span {
  const fromLength = Math.min(length, Math.max(1, Math.round(target / scale)));
  return {
    from: Math.floor((length - fromLength) / 2),
    fromLength,
    to: 0,
    toLength: target,
  };
}

function padded(length: number, target: number, scale: number): Span {
  const toLength = Math.min(target, Math.max(1, Math.round(length * scale)));
  return { from: 0, fromLength: length, to: Math.floor((target - toLength) / 2), toLength };
}

function tiles(length: number, target: number, overlap: number): Span[] {
  if (length <= target) return [padded(length, target, 1)];
  const last = length - target;
  const count = Math.ceil(last / (target - overlap)) + 1;
  return Array.from({ length: count }, (_, i) => ({
    from: Math.min(i * (target - overlap), last),
    fromLength: target,
    to: 0,
    toLength: target,
  }));
}

function placement(column: Span, row: Span): Placement {
  return {
    from: { left: column.from, top: row.from, width: column.fromLength, height: row.fromLength },
    to: { left: column.to, top: row.to, width: column.toLength, height: row.toLength },
    x: offset(column),
    y: offset(row),
  };
}

function offset({ from, fromLength, to, toLength }: Span): number {
  return Math.round((from * toLength) / fromLength) - to;
}
