import type { ResidentProgram, ResidentState } from '../../../models/device.ts';
import { copiesOf, givenTensor } from '../host-tensors.ts';
import { portsByRole, successorOf } from '../resident-ports.ts';
import type { SessionPlace } from '../session-settings.ts';
import { NativeProgram } from './program.ts';
import { NativeSession } from './session.ts';
import type { NativeTensor } from './tensor.ts';

/**
 * The tensors of the state are both inputs and outputs of each run: it is overwritten in place, where the caller put it.
 * @throws EngineError 'load-failed'
 */
export async function openNativeResident(
  model: Uint8Array<ArrayBuffer>,
  state: ResidentState,
  place: SessionPlace,
): Promise<ResidentProgram> {
  const session = await NativeSession.open(model, place, 'resident');
  const wrapped = new Map<string, NativeTensor>();
  try {
    const ports = portsByRole(session, state);
    const constants = copiesOf(state.constants);
    for (const port of ports.state)
      wrapped.set(port.name, session.wrap(port, givenTensor(port, state.initial)));
    const fetches = new Map([...wrapped].map(([name, tensor]) => [successorOf(state, name), tensor]));
    for (const port of ports.constants)
      wrapped.set(port.name, session.wrap(port, givenTensor(port, constants)));
    const program = new NativeProgram(session, wrapped, fetches);
    return {
      run: (inputs) => program.run(inputs),
      state: () => program.between(() => copiesOf(state.initial)),
      dispose: () => program.dispose(),
    };
  } catch (error) {
    session.release();
    session.unwrap(wrapped.values());
    throw error;
  }
}
