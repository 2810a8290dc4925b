import { readFile } from 'node:fs/promises';
import type { Program } from '../../models/device.ts';
import { nativeCpu } from './cpu.ts';
import type { ModelFile } from './native/model-file.ts';
import type { SessionPlace } from './session-settings.ts';

/**
 * @param model its bytes, or where they are; from a file the CPU takes the least memory
 * @throws EngineError 'load-failed'
 */
export async function openProgram(
  model: Uint8Array<ArrayBuffer> | ModelFile,
  place: SessionPlace,
): Promise<Program> {
  if (place.kind === 'cpu') {
    const native = await nativeCpu();
    if (native.status === 'opened') return native.openProgram(model, place);
  }
  // Loaded only where it is used: the binding takes memory of its own.
  const { openBindingProgram } = await import('./binding-session.ts');
  const bytes = model instanceof Uint8Array ? model : (await readFile(model.path)).subarray(model.offset);
  return openBindingProgram(bytes, place);
}
