/** A small DICOM image (explicit little endian), written element by element. */
export function dicomSlice({
  patientId,
  studyInstanceUid,
  value,
  texts = [],
  side = 8,
  signed = false,
  rescale,
  window,
  valueAt = (index) => value + index,
}: {
  readonly patientId?: string;
  readonly studyInstanceUid?: string;
  /** Of every pixel, so that each slice has a content of its own. */
  readonly value: number;
  readonly side?: number;
  readonly signed?: boolean;
  readonly rescale?: { readonly intercept: number; readonly slope: number };
  readonly window?: { readonly centre: number; readonly width: number };
  /** Stored, row by row. */
  readonly valueAt?: (index: number) => number;
  /** Further attributes, below group 0028. */
  readonly texts?: readonly (readonly [group: number, element: number, vr: string, value: string])[];
}): Buffer {
  const pixels = Buffer.alloc(side * side * 2);
  for (let index = 0; index < side * side; index++) pixels.writeUInt16LE(valueAt(index) & 0xffff, index * 2);
  const meta = text(0x0002, 0x0010, 'UI', '1.2.840.10008.1.2.1\0');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x0002, 0x0000, 'UL', length),
    meta,
    ...[
      ...(patientId === undefined ? [] : [[0x0010, 0x0020, 'LO', patientId] as const]),
      ...(studyInstanceUid === undefined ? [] : [[0x0020, 0x000d, 'UI', studyInstanceUid] as const]),
      ...texts,
    ]
      .sort(([a, b], [c, d]) => a - c || b - d)
      .map((attribute) => text(...attribute)),
    number(0x0028, 0x0002, 1),
    text(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    number(0x0028, 0x0010, side),
    number(0x0028, 0x0011, side),
    number(0x0028, 0x0100, 16),
    number(0x0028, 0x0101, 16),
    number(0x0028, 0x0102, 15),
    number(0x0028, 0x0103, signed ? 1 : 0),
    ...(window === undefined
      ? []
      : [
          text(0x0028, 0x1050, 'DS', String(window.centre)),
          text(0x0028, 0x1051, 'DS', String(window.width)),
        ]),
    ...(rescale === undefined
      ? []
      : [
          text(0x0028, 0x1052, 'DS', String(rescale.intercept)),
          text(0x0028, 0x1053, 'DS', String(rescale.slope)),
        ]),
    long(0x7fe0, 0x0010, 'OW', pixels),
  ]);
}

function head(group: number, tag: number, vr: string): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16LE(group, 0);
  bytes.writeUInt16LE(tag, 2);
  bytes.write(vr, 4, 'latin1');
  return bytes;
}

function element(group: number, tag: number, vr: string, value: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(value.length);
  return Buffer.concat([head(group, tag, vr), length, value]);
}

function long(group: number, tag: number, vr: string, value: Buffer): Buffer {
  const length = Buffer.alloc(6);
  length.writeUInt32LE(value.length, 2);
  return Buffer.concat([head(group, tag, vr), length, value]);
}

function text(group: number, tag: number, vr: string, value: string): Buffer {
  const even = value.length % 2 === 0 ? value : `${value} `;
  return element(group, tag, vr, Buffer.from(even, 'latin1'));
}

function number(group: number, tag: number, value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return element(group, tag, 'US', bytes);
}
