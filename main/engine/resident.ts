import type { ResidentProgram, ResidentState } from '../../models/device.ts';
import { nativeCpu } from './cpu.ts';
import type { SessionPlace } from './session-settings.ts';

/** @throws EngineError 'load-failed' when the model is broken or has no such inputs and outputs */
export async function openResident(
  model: Uint8Array<ArrayBuffer>,
  state: ResidentState,
  place: SessionPlace,
): Promise<ResidentProgram> {
  if (place.kind === 'cpu') {
    const native = await nativeCpu();
    if (native.status === 'opened') return native.openResident(model, state, place);
  }
  // Loaded only where it is used: the binding takes memory of its own.
  const { openBindingResident } = await import('./binding-resident.ts');
  return openBindingResident(model, state, place);
}
