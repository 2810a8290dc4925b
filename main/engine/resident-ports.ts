import type { ResidentState } from '../../models/device.ts';
import { EngineError } from './engine-error.ts';
import type { Port } from './host-tensors.ts';

/** What the inputs and outputs of a resident program are for. */
export interface ResidentPorts<P extends Port> {
  readonly state: readonly P[];
  readonly constants: readonly P[];
  readonly batch: readonly P[];
  /** Outputs that are not state. */
  readonly results: readonly P[];
}

/** @throws EngineError 'load-failed' when the session has no such inputs and outputs */
export function portsByRole<P extends Port>(
  session: { readonly inputs: readonly P[]; readonly outputs: readonly P[] },
  { initial, successors, constants }: ResidentState,
): ResidentPorts<P> {
  const outputs = new Set(session.outputs.map(({ name }) => name));
  const inputs = new Set(session.inputs.map(({ name }) => name));
  const missing = [
    ...Object.keys(initial).filter((name) => !inputs.has(name) || !outputs.has(successors[name] ?? '')),
    ...Object.keys(constants).filter((name) => !inputs.has(name)),
  ];
  if (missing.length > 0) {
    throw new EngineError(
      'load-failed',
      `The model does not hold the state "${missing.join('", "')}"; compile it again for these settings.`,
    );
  }
  const next = new Set(Object.values(successors));
  return {
    state: session.inputs.filter(({ name }) => name in initial),
    constants: session.inputs.filter(({ name }) => name in constants),
    batch: session.inputs.filter(({ name }) => !(name in initial) && !(name in constants)),
    results: session.outputs.filter(({ name }) => !next.has(name)),
  };
}

export function successorOf({ successors }: ResidentState, name: string): string {
  const successor = successors[name];
  if (successor === undefined) throw new RangeError(`the state ${name} has no successor`);
  return successor;
}
