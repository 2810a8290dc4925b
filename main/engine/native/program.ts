import type { HostTensors, Program } from '../../../models/device.ts';
import { givenTensor } from '../host-tensors.ts';
import type { SessionPlace } from '../session-settings.ts';
import { Turns } from '../turns.ts';
import type { ModelFile } from './model-file.ts';
import { NativeSession, type NativeTensors } from './session.ts';

/** @throws EngineError 'load-failed' */
export async function openNativeProgram(
  model: Uint8Array<ArrayBuffer> | ModelFile,
  place: SessionPlace,
): Promise<Program> {
  return new NativeProgram(await NativeSession.open(model, place, 'stateless'));
}

/** A session whose runs follow one another, some of whose inputs and outputs may be fixed. */
export class NativeProgram implements Program {
  readonly #session: NativeSession;
  readonly #feeds: NativeTensors;
  readonly #fetches: NativeTensors;
  readonly #turns = new Turns();

  /**
   * @param feeds inputs that are the same at each run
   * @param fetches outputs that go where these are; a tensor that is also an input is overwritten in place
   */
  constructor(session: NativeSession, feeds: NativeTensors = new Map(), fetches: NativeTensors = new Map()) {
    this.#session = session;
    this.#feeds = feeds;
    this.#fetches = fetches;
  }

  run(inputs: HostTensors): Promise<HostTensors> {
    return this.between(async () => {
      const session = this.#session;
      const batch = session.inputs.filter(({ name }) => !this.#feeds.has(name));
      const given = batch.map((port) => [port, givenTensor(port, inputs)] as const);
      const wrapped = new Map(given.map(([port, tensor]) => [port.name, session.wrap(port, tensor)]));
      try {
        return await session.run(new Map([...this.#feeds, ...wrapped]), this.#fetches);
      } finally {
        session.unwrap(wrapped.values());
      }
    });
  }

  /** Does something with the session while nothing runs. @throws EngineError 'disposed' */
  between<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      this.#session.assertOpen();
      return work();
    });
  }

  dispose(): Promise<void> {
    return this.#turns.take(() => {
      if (this.#session.release())
        this.#session.unwrap(new Set([...this.#feeds.values(), ...this.#fetches.values()]));
    });
  }
}
