/** What a codestream says of itself, read before a codec is handed it. */
export interface CodestreamHeader {
  readonly codec: 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000' | 'high-throughput';
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bits of a sample. */
  readonly precision: number;
  readonly signed: boolean;
  /** Whether the samples are YCbCr, of which the DICOM header is right to say something else; null where it decides. */
  readonly isYbr: boolean | null;
  /** Components are coded one after the other, and come out as planes. */
  readonly planar: boolean;
  /** Where the codestream itself begins. */
  readonly start: number;
}
