import { createRequire } from 'node:module';
import { z } from 'zod';
import { thrownMessage } from '../../errors.ts';
import { CodecProblem } from './codec-problem.ts';
import type { CodestreamHeader } from './codestream-header.ts';
import type { DecodedSamples } from './decoded-samples.ts';
import { MOST_KEPT_MEMORY, samplesCopiedFrom } from './decoded-samples.ts';

interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

const moduleSchema = z.object({
  HEAPU8: z.instanceof(Uint8Array),
  HTJ2KDecoder: z.custom<new () => Decoder>((value) => typeof value === 'function'),
});
type OpenJph = z.infer<typeof moduleSchema>;

const factorySchema = z.custom<(options: object) => Promise<unknown>>((value) => typeof value === 'function');

/** OpenJPH, one copy for all files, replaced whenever a stream upset it. */
class HighThroughput {
  #loaded: Promise<OpenJph> | null = null;
  readonly #errors: string[] = [];

  async decode(codestream: Uint8Array, header: CodestreamHeader): Promise<DecodedSamples> {
    this.#loaded ??= this.#load();
    const codec = await this.#loaded;
    this.#errors.length = 0;
    try {
      const samples = decodeWith(codec, codestream, header);
      const [error] = this.#errors;
      if (error !== undefined)
        throw new CodecProblem('corrupt', `its compressed pixels cannot be decoded: ${error}`);
      if (codec.HEAPU8.byteLength > MOST_KEPT_MEMORY) this.#loaded = null;
      return samples;
    } catch (thrown) {
      this.#loaded = null;
      if (thrown instanceof CodecProblem) throw thrown;
      throw new CodecProblem('corrupt', `its compressed pixels cannot be decoded: ${thrownMessage(thrown)}`, {
        cause: thrown,
      });
    }
  }

  /** It says what is wrong with a stream instead of throwing. */
  async #load(): Promise<OpenJph> {
    const factory = factorySchema.parse(createRequire(import.meta.url)('@cornerstonejs/codec-openjph'));
    const silent = (): void => undefined;
    return moduleSchema.parse(
      await factory({ print: silent, printErr: (message: string) => this.#errors.push(message) }),
    );
  }
}

const shared = new HighThroughput();

/** @throws CodecProblem */
export async function decodeHighThroughput(
  codestream: Uint8Array,
  header: CodestreamHeader,
): Promise<DecodedSamples> {
  return shared.decode(codestream, header);
}

function decodeWith(codec: OpenJph, codestream: Uint8Array, header: CodestreamHeader): DecodedSamples {
  const decoder = new codec.HTJ2KDecoder();
  decoder.getEncodedBuffer(codestream.byteLength).set(codestream);
  decoder.decode();
  const decoded = decoder.getDecodedBuffer();
  const samples = samplesCopiedFrom(decoded, header);
  decoder.delete();
  return samples;
}
