import type { HostTensors, ResidentProgram, ResidentState } from '../../models/device.ts';
import { OpenSession, type SessionExtras, sessionOptions } from './binding-session.ts';
import { deviceTensors, hostTensors } from './binding-tensors.ts';
import { GpuTransfers } from './gpu-transfers.ts';
import { type Port, copiesOf } from './host-tensors.ts';
import type { Tensor } from './onnxruntime.ts';
import { type ResidentPorts, portsByRole, successorOf } from './resident-ports.ts';
import type { SessionPlace } from './session-settings.ts';

type Ports = ResidentPorts<Port>;

/** A resident program, with what the doctor needs beside. */
export interface BindingResident extends ResidentProgram {
  endProfiling(): void;
}

/**
 * On WebGPU the state is in GPU buffers: each run's output buffers are the next run's inputs. Elsewhere it is in host
 * memory and is overwritten in place, which needs no second copy of it; the program has to allow that
 * ({@link ResidentState}).
 * @throws EngineError 'load-failed' when the model is broken or has no such inputs and outputs
 */
export async function openBindingResident(
  model: Uint8Array<ArrayBuffer>,
  state: ResidentState,
  place: SessionPlace,
  extras: SessionExtras = {},
): Promise<BindingResident> {
  const onGpu = place.kind === 'webgpu';
  const locations = onGpu ? { preferredOutputLocation: stateOnGpu(state) } : {};
  const session = await OpenSession.open(
    model,
    place,
    sessionOptions(place, 'resident', { ...locations, ...extras }),
  );
  try {
    const ports = portsByRole(session, state);
    return onGpu
      ? await residentOnGpu(session, ports, state, new GpuTransfers(place))
      : residentInPlace(session, ports, state);
  } catch (error) {
    await session.release();
    throw error;
  }
}

function stateOnGpu({ successors }: ResidentState): Record<string, 'gpu-buffer'> {
  return Object.fromEntries(Object.values(successors).map((name) => [name, 'gpu-buffer']));
}

/** Outputs whose memory ONNX Runtime is to provide. */
function free(ports: readonly Port[]): Record<string, null> {
  return Object.fromEntries(ports.map(({ name }) => [name, null]));
}

function residentInPlace(session: OpenSession, ports: Ports, state: ResidentState): BindingResident {
  const current = deviceTensors(ports.state, state.initial);
  const constants = deviceTensors(ports.constants, copiesOf(state.constants));
  const inPlace = Object.fromEntries(
    Object.entries(current).map(([name, tensor]) => [successorOf(state, name), tensor]),
  );
  const fetches = { ...free(ports.results), ...inPlace };
  return {
    async run(inputs) {
      const feeds = { ...current, ...constants, ...deviceTensors(ports.batch, inputs) };
      return resultsOf(ports, await session.run(feeds, fetches));
    },
    state: () =>
      new Promise((resolve) => {
        session.assertOpen();
        resolve(copiesOf(state.initial));
      }),
    endProfiling: () => session.endProfiling(),
    dispose: () => session.release(),
  };
}

async function residentOnGpu(
  session: OpenSession,
  ports: Ports,
  state: ResidentState,
  transfers: GpuTransfers,
): Promise<BindingResident> {
  const current = new Map(Object.entries(deviceTensors(ports.state, state.initial)));
  const constants = await transfers.upload(deviceTensors(ports.constants, state.constants));
  const fetches = free(session.outputs);
  return {
    async run(inputs) {
      const feeds = { ...Object.fromEntries(current), ...constants, ...deviceTensors(ports.batch, inputs) };
      const outputs = await session.run(feeds, fetches);
      for (const [name, old] of current) {
        const next = outputs[successorOf(state, name)];
        if (next === undefined) throw new RangeError(`no output for the state ${name}`);
        current.set(name, next);
        old.dispose();
      }
      return resultsOf(ports, outputs);
    },
    async state() {
      session.assertOpen();
      const contents: Record<string, HostTensors[string]> = {};
      // One after the other: what is copied is held twice.
      for (const [name, tensor] of current) contents[name] = await transfers.download(name, tensor);
      return contents;
    },
    endProfiling: () => session.endProfiling(),
    async dispose() {
      for (const tensor of [...current.values(), ...Object.values(constants)]) tensor.dispose();
      current.clear();
      await transfers.dispose();
      await session.release();
    },
  };
}

function resultsOf({ results }: Ports, outputs: Readonly<Record<string, Tensor>>): HostTensors {
  return hostTensors(
    Object.fromEntries(
      results.flatMap(({ name }) => {
        const tensor = outputs[name];
        return tensor === undefined ? [] : [[name, tensor]];
      }),
    ),
  );
}
