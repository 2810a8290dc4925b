import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { IngestError, thrownMessage } from '../errors.ts';
import { MAX_RASTER_PIXELS } from '../limits.ts';
import { corrupt, truncated, unsupported } from '../problems.ts';

/** How every file is opened with sharp. */
export const SHARP_OPTIONS: SharpOptions = {
  // 'error' includes 'truncated'; harmless oddities (extra bytes, odd metadata) stay allowed.
  failOn: 'error',
  limitInputPixels: MAX_RASTER_PIXELS,
  sequentialRead: true,
  // Detectors see the values that were stored, not a rendering of them for a screen.
  ignoreIcc: true,
};

/** What the decoder of JPEG says, as a warning alone, where data are missing or make no sense, and it fills the rest with grey. */
const MISSING = /premature end|bad Huffman|inconsistent progression|found marker .* instead/i;

/**
 * Decodes an image; of a JPEG, also what the decoder only warns of is damage where it means that pixels are missing.
 * @param decode opens the file with these options, and decodes it to its end
 */
export async function withoutGaps<T>(
  { format }: Metadata,
  decode: (options: Pick<SharpOptions, 'failOn'>) => Promise<T>,
): Promise<T> {
  if (format !== 'jpeg') return decode({});
  try {
    return await decode({ failOn: 'warning' });
  } catch (thrown) {
    if (MISSING.test(thrownMessage(thrown))) throw thrown;
    return decode({});
  }
}

interface ColourSpace {
  readonly channels: number;
  readonly grey: boolean;
  /** Its values are no colours of a screen: only its profile says what they look like. */
  readonly profiled: boolean;
}

const GREY: ColourSpace = { channels: 1, grey: true, profiled: false };
const RGB: ColourSpace = { channels: 3, grey: false, profiled: false };

/** The colour spaces that are read; more channels than these and an alpha are no picture. */
const SPACES: ReadonlyMap<string, ColourSpace> = new Map([
  ['b-w', GREY],
  ['grey16', GREY],
  ['srgb', RGB],
  ['rgb', RGB],
  ['rgb16', RGB],
  ['cmyk', { channels: 4, grey: false, profiled: true }],
]);

/** What sharp makes of an image: grey or RGB of 8 or 16 bits. */
export interface SharpPixels {
  readonly channels: 1 | 3;
  readonly bitDepth: 8 | 16;
  /** Transparency is laid over black; CMYK becomes sRGB, through its profile where it has one. Not turned. */
  readonly pipeline: (open: (options: SharpOptions) => Sharp) => Sharp;
}

/** @throws IngestError unsupported-format for samples and channels that are not read */
export function sharpPixels(metadata: Metadata, path: string): SharpPixels {
  const space = SPACES.get(metadata.space);
  const extra = metadata.channels - (space?.channels ?? 0) - (metadata.hasAlpha ? 1 : 0);
  if (!space || extra !== 0) {
    throw unsupported(path, `holds ${String(metadata.channels)} channels of kind ${metadata.space}`);
  }
  if (metadata.depth !== 'uchar' && metadata.depth !== 'ushort') {
    throw unsupported(path, `holds samples of type ${metadata.depth}`);
  }
  const deep = metadata.depth === 'ushort';
  return {
    channels: space.grey ? 1 : 3,
    bitDepth: deep ? 16 : 8,
    pipeline: (open) => {
      const input = open({ ...SHARP_OPTIONS, ignoreIcc: !space.profiled });
      const flat = metadata.hasAlpha ? input.flatten({ background: '#000000' }) : input;
      if (space.grey) return flat.toColourspace(deep ? 'grey16' : 'b-w');
      return flat.toColourspace(deep ? 'rgb16' : 'srgb');
    },
  };
}

/** What sharp threw, as a sentence. */
export function decoderError(thrown: unknown, path: string): IngestError {
  if (thrown instanceof IngestError) return thrown;
  // libvips repeats its lines under a heading of sharp's.
  const lines = thrownMessage(thrown)
    .replace(/Input (buffer|file) has corrupt header:/, '')
    .split('\n');
  const said = [...new Set(lines.map((line) => line.trim()).filter((line) => line !== ''))];
  const message = said.join('; ') || 'its header cannot be read';
  const options = { cause: thrown };
  if (/premature end|truncated|unexpected end|not enough data|read error at/i.test(message)) {
    return truncated(path, options);
  }
  if (/pixel limit|too large/i.test(message)) {
    return new IngestError(
      'too-large',
      path,
      `"${path}" says it has more than ${String(MAX_RASTER_PIXELS)} pixels; cut it into smaller images.`,
      options,
    );
  }
  if (/unsupported (jpeg|compression|data|tiff)|not supported|not configured/i.test(message)) {
    return unsupported(path, `uses a variant of its format (${message})`, options);
  }
  return corrupt(path, message, options);
}
