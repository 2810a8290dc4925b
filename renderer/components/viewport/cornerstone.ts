import {
  Enums,
  RenderingEngine,
  cache,
  getRenderingCapabilities,
  imageLoader,
  init,
  metaData,
  setUseCPURendering,
} from '@cornerstonejs/core';
import {
  LengthTool,
  ProbeTool,
  RectangleROITool,
  ToolGroupManager,
  Enums as ToolEnums,
  addTool,
  annotation,
  init as initTools,
} from '@cornerstonejs/tools';
import { type Spacing, cornerstoneImage, imageMetadata } from './cornerstone-image.ts';
import { imagePixels } from './pixel-store.ts';
import type { Pixels } from './pixels.ts';

const SCHEME = 'flowscreen';
const CACHE_BYTES = 256 * 1024 * 1024;

export const MEASURES = { length: LengthTool, rectangle: RectangleROITool, probe: ProbeTool };
export type Measure = keyof typeof MEASURES;

export interface Cornerstone {
  readonly engine: RenderingEngine;
  /** Without a graphics card images are drawn here: a software WebGL takes ten times as long. */
  readonly drawnHere: boolean;
}

interface Known {
  readonly pixels: Pixels;
  readonly spacing: Spacing | null;
}

/** What has been shown of late, for cornerstone's questions about it. */
const known = new Map<string, Known>();
const MOST_KNOWN = 512;
let started: Cornerstone | null = null;

export function imageIdOf(fileId: number): string {
  return `${SCHEME}:${fileId}`;
}

/** Must be called before an image is shown: cornerstone asks for what is known about it at once. */
export function announceImage(imageId: string, pixels: Pixels, spacing: Spacing | null): void {
  known.delete(imageId);
  known.set(imageId, { pixels, spacing });
  for (const oldest of known.keys()) {
    if (known.size <= MOST_KNOWN) break;
    known.delete(oldest);
  }
}

/** Starts cornerstone once for the whole window. */
export function startCornerstone(): Cornerstone {
  if (started !== null) return started;
  init({ rendering: { webGlContextCount: 1 }, debug: {} });
  const { webgl2, softwareRasterizer } = getRenderingCapabilities();
  const drawnHere = !webgl2 || softwareRasterizer;
  setUseCPURendering(drawnHere);
  cache.setMaxCacheSize(CACHE_BYTES);
  imageLoader.registerImageLoader(SCHEME, (imageId) => ({ promise: load(imageId, drawnHere) }));
  metaData.addProvider((type: string, imageId: unknown) => {
    const found = typeof imageId === 'string' ? known.get(imageId) : undefined;
    return found === undefined ? undefined : imageMetadata(type, found.pixels, found.spacing);
  });
  initTools();
  for (const tool of Object.values(MEASURES)) addTool(tool);
  // Their labels are written by the window itself, from the pixels as stored.
  const styles = annotation.config.style.getDefaultToolStyles();
  const unlabelled = { textBoxVisibility: false };
  annotation.config.style.setDefaultToolStyles({ ...styles, global: { ...styles.global, ...unlabelled } });
  started = { engine: new RenderingEngine('flowscreen'), drawnHere };
  return started;
}

/** Lets the left button draw one kind of measurement; null: none, and those that are there stay as they are. */
export function chooseMeasure(groupId: string, measure: Measure | null): void {
  const group = ToolGroupManager.getToolGroup(groupId);
  if (group === undefined) return;
  for (const [name, { toolName }] of Object.entries(MEASURES)) {
    if (name === measure) {
      group.setToolActive(toolName, { bindings: [{ mouseButton: ToolEnums.MouseBindings.Primary }] });
    } else if (measure === null) {
      group.setToolEnabled(toolName);
    } else {
      group.setToolPassive(toolName);
    }
  }
}

export function openToolGroup(groupId: string, viewportId: string, engineId: string): void {
  const group = ToolGroupManager.createToolGroup(groupId);
  for (const { toolName } of Object.values(MEASURES)) group?.addTool(toolName);
  group?.addViewport(viewportId, engineId);
  chooseMeasure(groupId, null);
}

export const VIEWPORT_TYPE = Enums.ViewportType.STACK;

async function load(imageId: string, drawnHere: boolean) {
  const pixels = await imagePixels(Number(imageId.slice(SCHEME.length + 1)));
  const spacing = known.get(imageId)?.spacing ?? null;
  announceImage(imageId, pixels, spacing);
  return cornerstoneImage(imageId, pixels, spacing, drawnHere);
}
