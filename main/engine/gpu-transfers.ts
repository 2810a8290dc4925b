import { compile } from '../../models/compile/compile.ts';
import { trace } from '../../models/compile/trace.ts';
import type { HostTensor } from '../../models/device.ts';
import { EngineError } from './engine-error.ts';
import { hostTensor } from './binding-tensors.ts';
import { copyOf } from './host-tensors.ts';
import type { Tensor } from './onnxruntime.ts';
import { OpenSession, sessionOptions } from './binding-session.ts';
import type { SessionPlace } from './session-settings.ts';

type Direction = 'cpu' | 'gpu-buffer';

/**
 * Copies tensors between the host and WebGPU's buffers. The Node binding's own read-back is not implemented (it ends
 * the process), so each copy is the run of a graph that returns its input; one such graph per shape is kept.
 */
export class GpuTransfers {
  readonly #place: SessionPlace;
  readonly #sessions = new Map<string, Promise<OpenSession>>();

  constructor(place: SessionPlace) {
    this.#place = place;
  }

  async download(name: string, tensor: Tensor): Promise<HostTensor> {
    // What never reached the GPU is memory of the caller's.
    if (tensor.location === 'cpu') return copyOf(hostTensor(name, tensor));
    return hostTensor(name, await this.#copy(tensor, 'cpu'));
  }

  async upload(tensors: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    const uploaded: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      uploaded[name] = await this.#copy(tensor, 'gpu-buffer');
    }
    return uploaded;
  }

  async dispose(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  async #copy(tensor: Tensor, to: Direction): Promise<Tensor> {
    const key = `${to} ${tensor.type} ${tensor.dims.join()}`;
    const session = this.#sessions.get(key) ?? this.#open(tensor, to);
    this.#sessions.set(key, session);
    const { copy } = await (await session).run({ original: tensor }, { copy: null });
    if (copy === undefined) throw new RangeError('a copying graph has one output');
    return copy;
  }

  #open({ type, dims }: Tensor, to: Direction): Promise<OpenSession> {
    if (type !== 'float32' && type !== 'int32' && type !== 'bool') {
      throw new EngineError(
        'load-failed',
        `State of type ${type} cannot be kept on the GPU; train on the CPU.`,
      );
    }
    const identity = trace(
      ({ original }) => {
        if (original === undefined) throw new RangeError('a copying graph has one input');
        return { copy: original };
      },
      [{ name: 'original', shape: dims, type }],
    );
    const options = sessionOptions(this.#place, 'resident', { preferredOutputLocation: { copy: to } });
    return OpenSession.open(compile(identity, 'portable'), this.#place, options);
  }
}
