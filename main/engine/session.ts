import type { Program } from '../../models/device.ts';
import { openNativeProgram } from './native/program.ts';
import type { SessionPlace } from './session-settings.ts';

/** @throws EngineError 'load-failed' */
export async function openProgram(model: Uint8Array<ArrayBuffer>, place: SessionPlace): Promise<Program> {
  if (place.kind === 'cpu') return openNativeProgram(model, place);
  // Loaded only where it is used: the binding takes memory of its own.
  const { openBindingProgram } = await import('./binding-session.ts');
  return openBindingProgram(model, place);
}
