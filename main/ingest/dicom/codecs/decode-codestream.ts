import { thrownMessage } from '../../errors.ts';
import { instantiateCodecs } from './codec-module.ts';
import type { CodecExports } from './codec-module.ts';
import { CodecProblem } from './codec-problem.ts';
import type { CodestreamHeader } from './codestream-header.ts';
import { decodeHighThroughput } from './decode-high-throughput.ts';
import { MOST_KEPT_MEMORY, bytesPerSampleOf, samplesCopiedFrom } from './decoded-samples.ts';
import type { DecodedSamples } from './decoded-samples.ts';

type Codec = Exclude<CodestreamHeader['codec'], 'high-throughput'>;

/** How the codecs count photometric interpretations. */
const MONOCHROME2 = 1;
const RGB = 3;

/** What the JPEG codec says instead of failing where data are missing or make no sense, when it fills the rest with grey. */
const WARNINGS = /premature end|bad Huffman|inconsistent progression|found marker .* instead/i;

/** One copy of the codecs for all files, replaced whenever a stream upset it: what it was doing then is unknown. */
class Codecs {
  #exports: CodecExports | null = null;
  readonly #warnings: string[] = [];

  decode(
    codestream: Uint8Array,
    header: CodestreamHeader,
    codec: Codec,
    convertYbr: boolean,
  ): DecodedSamples {
    this.#exports ??= instantiateCodecs({
      onFailure: (message) => {
        throw new CodecProblem('corrupt', `its compressed pixels cannot be decoded: ${lastPart(message)}`);
      },
      onMessage: (message) => {
        if (WARNINGS.test(message)) this.#warnings.push(lastPart(message));
      },
    });
    const codecs = this.#exports;
    this.#warnings.length = 0;
    try {
      const samples = decodeWith(codecs, codestream, header, codec, convertYbr);
      if (codecs.memory.buffer.byteLength > MOST_KEPT_MEMORY) this.#exports = null;
      const [warning] = this.#warnings;
      if (warning !== undefined) {
        throw new CodecProblem('corrupt', `its compressed pixels are incomplete: ${warning}`);
      }
      return samples;
    } catch (thrown) {
      this.#exports = null;
      if (thrown instanceof CodecProblem) throw thrown;
      throw new CodecProblem('corrupt', `its compressed pixels cannot be decoded: ${thrownMessage(thrown)}`, {
        cause: thrown,
      });
    }
  }
}

const shared = new Codecs();

/**
 * Decodes one frame. The header has to be that of the codestream, and to have been held against what is allowed.
 * @param convertYbr YCbCr samples of JPEG become RGB
 * @throws CodecProblem
 */
export async function decodeCodestream(
  bytes: Uint8Array,
  header: CodestreamHeader,
  convertYbr: boolean,
): Promise<DecodedSamples> {
  const codestream = bytes.subarray(header.start);
  return header.codec === 'high-throughput'
    ? decodeHighThroughput(codestream, header)
    : shared.decode(codestream, header, header.codec, convertYbr);
}

function decodeWith(
  codecs: CodecExports,
  codestream: Uint8Array,
  header: CodestreamHeader,
  codec: Codec,
  convertYbr: boolean,
): DecodedSamples {
  const { width, height, components, precision, signed } = header;
  const context = codecs.CreateCodecsContext();
  codecs.SetColumns(context, width);
  codecs.SetRows(context, height);
  codecs.SetBitsAllocated(context, bytesPerSampleOf(header) * 8);
  codecs.SetBitsStored(context, precision);
  codecs.SetSamplesPerPixel(context, components);
  codecs.SetPixelRepresentation(context, signed ? 1 : 0);
  codecs.SetPlanarConfiguration(context, 0);
  codecs.SetPhotometricInterpretation(context, components === 1 ? MONOCHROME2 : RGB);
  codecs.SetEncodedBufferSize(context, codestream.byteLength);
  const source = codecs.GetEncodedBuffer(context);
  new Uint8Array(codecs.memory.buffer).set(codestream, source);
  const parameters = codecs.CreateDecoderParameters();
  codecs.SetConvertColorspaceToRgb(parameters, convertYbr ? 1 : 0);
  decoderOf(codecs, codec)(context, parameters);
  codecs.ReleaseDecoderParameters(parameters);

  const decoded = new Uint8Array(
    codecs.memory.buffer,
    codecs.GetDecodedBuffer(context),
    codecs.GetDecodedBufferSize(context),
  );
  const samples = samplesCopiedFrom(decoded, header);
  codecs.ReleaseCodecsContext(context);
  return samples;
}

function decoderOf(codecs: CodecExports, codec: Codec): CodecExports['DecodeJpeg'] {
  switch (codec) {
    case 'jpeg':
    case 'jpeg-lossless':
      return codecs.DecodeJpeg;
    case 'jpeg-ls':
      return codecs.DecodeJpegLs;
    case 'jpeg-2000':
      return codecs.DecodeJpeg2000;
  }
}

/** Codecs put the names of their functions first. */
function lastPart(message: string): string {
  return message.split('::').at(-1)?.trim() ?? message;
}
