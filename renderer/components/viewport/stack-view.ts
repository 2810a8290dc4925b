import { Enums, StackViewport, type Types } from '@cornerstonejs/core';
import { Enums as ToolEnums, ToolGroupManager, annotation } from '@cornerstonejs/tools';
import type { Affine } from './affine.ts';
import { type Spacing, voiRangeOf } from './cornerstone-image.ts';
import {
  type Measure,
  VIEWPORT_TYPE,
  announceImage,
  chooseMeasure,
  imageIdOf,
  openToolGroup,
  startCornerstone,
} from './cornerstone.ts';
import { lengthText, probeText, rectangleText } from './measures.ts';
import type { Place } from './measures.ts';
import { imagePixels } from './pixel-store.ts';
import type { Pixels, Voi } from './pixels.ts';

export interface MeasureLabel {
  readonly id: string;
  /** CSS pixels in the viewport. */
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
}

export interface StackEvents {
  /** After every drawing: where the image lies now, and the labels of its measurements. */
  drawn(transform: Affine, labels: readonly MeasureLabel[]): void;
}

export interface Shown {
  readonly fileId: number;
  /** The images that one leafs through, this one among them. */
  readonly stack: readonly number[];
  readonly spacing: Spacing | null;
  readonly window: Voi;
  readonly inverted: boolean;
}

let opened = 0;

/** A cornerstone viewport for a stack of images, or a single one. */
export class StackView {
  readonly #element: HTMLDivElement;
  readonly #events: StackEvents;
  readonly #id: string;
  readonly #viewport: StackViewport;
  readonly #resized: ResizeObserver;
  /** WebGL puts the origin at the centre of the first pixel, drawing without it at that pixel's corner. */
  readonly #half: number;
  #shown: (Shown & { readonly pixels: Pixels }) | null = null;
  #wanted = 0;

  constructor(element: HTMLDivElement, events: StackEvents) {
    opened += 1;
    this.#id = `case-${opened}`;
    this.#element = element;
    this.#events = events;
    const { engine, drawnHere } = startCornerstone();
    this.#half = drawnHere ? 0 : 0.5;
    engine.enableElement({ viewportId: this.#id, element, type: VIEWPORT_TYPE });
    // With the focus cornerstone would take every key press, Tab and the view's own keys with it.
    element.removeAttribute('tabindex');
    const viewport = engine.getViewport(this.#id);
    if (!(viewport instanceof StackViewport)) throw new TypeError('cornerstone opened another viewport');
    this.#viewport = viewport;
    openToolGroup(this.#id, this.#id, engine.id);
    element.addEventListener(Enums.Events.IMAGE_RENDERED, this.#tell);
    element.addEventListener(ToolEnums.Events.ANNOTATION_RENDERED, this.#tell);
    this.#resized = new ResizeObserver(() => {
      if (element.clientWidth === 0 || element.clientHeight === 0) return;
      engine.resize(true, false);
      if (this.#shown !== null) viewport.resetCamera();
      viewport.render();
    });
    this.#resized.observe(element);
  }

  /**
   * Shows an image; of calls that overtake each other the last one counts.
   * @returns its pixels; null where another call came in between
   * @throws PixelsError when it cannot be had
   */
  async show(wanted: Shown): Promise<Pixels | null> {
    this.#wanted += 1;
    const mine = this.#wanted;
    const pixels = await imagePixels(wanted.fileId);
    if (mine !== this.#wanted) return null;
    const before = this.#shown;
    const at = wanted.stack.indexOf(wanted.fileId);
    announceImage(imageIdOf(wanted.fileId), pixels, wanted.spacing);
    this.#shown = { ...wanted, pixels };
    if (before?.stack === wanted.stack) {
      await this.#viewport.setImageIdIndex(at);
    } else {
      await this.#viewport.setStack(wanted.stack.map(imageIdOf), at);
      if (mine !== this.#wanted) return null;
      this.#viewport.resetCamera();
    }
    this.setWindow(wanted.window, wanted.inverted);
    return pixels;
  }

  setWindow(window: Voi, inverted: boolean): void {
    const shown = this.#shown;
    if (shown === null) return;
    const voiRange = voiRangeOf(shown.pixels, window, startCornerstone().drawnHere);
    this.#viewport.setProperties({ voiRange, invert: inverted });
    this.#viewport.render();
  }

  measure(kind: Measure | null): void {
    chooseMeasure(this.#id, kind);
  }

  clearMeasures(): void {
    annotation.state.removeAllAnnotations();
    this.#viewport.render();
  }

  /** The whole image, as large as it fits. */
  fit(): void {
    this.#viewport.resetCamera();
    this.#viewport.render();
  }

  /** @param x across, in CSS pixels of the viewport */
  panBy(x: number, y: number): void {
    const camera = this.#viewport.getCamera();
    const { focalPoint, position } = camera;
    if (focalPoint === undefined || position === undefined) return;
    const from = this.#viewport.canvasToWorld([0, 0]);
    const to = this.#viewport.canvasToWorld([x, y]);
    const moved = ([a, b, c]: Types.Point3): Types.Point3 => [a - to[0] + from[0], b - to[1] + from[1], c];
    this.#viewport.setCamera({ focalPoint: moved(focalPoint), position: moved(position) });
    this.#viewport.render();
  }

  /** Enlarges around a place, which stays where it is; in CSS pixels of the viewport. */
  zoomBy(factor: number, x: number, y: number): void {
    const { focalPoint, position, parallelScale } = this.#viewport.getCamera();
    if (focalPoint === undefined || position === undefined || parallelScale === undefined) return;
    const still = this.#viewport.canvasToWorld([x, y]);
    const nearer = ([a, b, c]: Types.Point3): Types.Point3 => [
      still[0] + (a - still[0]) / factor,
      still[1] + (b - still[1]) / factor,
      c,
    ];
    this.#viewport.setCamera({
      focalPoint: nearer(focalPoint),
      position: nearer(position),
      parallelScale: parallelScale / factor,
    });
    this.#viewport.render();
  }

  dispose(): void {
    this.#wanted += 1;
    this.#resized.disconnect();
    this.#element.removeEventListener(Enums.Events.IMAGE_RENDERED, this.#tell);
    this.#element.removeEventListener(ToolEnums.Events.ANNOTATION_RENDERED, this.#tell);
    annotation.state.removeAllAnnotations();
    ToolGroupManager.destroyToolGroup(this.#id);
    startCornerstone().engine.disableElement(this.#id);
  }

  readonly #tell = (): void => {
    const shown = this.#shown;
    if (shown === null) return;
    this.#events.drawn(this.#transform(shown), this.#labels(shown));
  };

  #transform({ spacing }: Shown): Affine {
    const [row, column] = [spacing?.row ?? 1, spacing?.column ?? 1];
    const at = (x: number, y: number) =>
      this.#viewport.worldToCanvas([(x - this.#half) * column, (y - this.#half) * row, 0]);
    const [origin, right, down] = [at(0, 0), at(1, 0), at(0, 1)];
    return {
      a: right[0] - origin[0],
      b: right[1] - origin[1],
      c: down[0] - origin[0],
      d: down[1] - origin[1],
      e: origin[0],
      f: origin[1],
    };
  }

  #labels(shown: Shown & { readonly pixels: Pixels }): MeasureLabel[] {
    const { spacing, pixels, fileId } = shown;
    const imageId = imageIdOf(fileId);
    return annotation.state.getAllAnnotations().flatMap((mark): MeasureLabel[] => {
      const points = mark.data.handles?.points ?? [];
      const last = points.at(-1);
      if (last === undefined || mark.metadata?.referencedImageId !== imageId) return [];
      const places = points.map(([x, y]) => ({
        x: x / (spacing?.column ?? 1) + this.#half - 0.5,
        y: y / (spacing?.row ?? 1) + this.#half - 0.5,
      }));
      const [x, y] = this.#viewport.worldToCanvas(last);
      const lines = linesOf(mark.metadata.toolName, places, pixels, spacing);
      return [{ id: mark.annotationUID ?? `${x} ${y}`, x, y, lines }];
    });
  }
}

function linesOf(
  tool: string,
  places: readonly Place[],
  pixels: Pixels,
  spacing: Spacing | null,
): readonly string[] {
  const [first, second] = places;
  if (first === undefined) return [];
  switch (tool) {
    case 'Length':
      return [lengthText(first, second ?? first, spacing)];
    case 'RectangleROI':
      return rectangleText(pixels, places);
    default:
      return [probeText(pixels, first)];
  }
}
