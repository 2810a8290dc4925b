import dicomParser from 'dicom-parser';
import type { DataSet, Element } from 'dicom-parser';
import { IngestError, thrownMessage } from '../errors.ts';
import { corrupt } from '../problems.ts';
import { readImageFile, recogniseImage } from '../read-file.ts';
import { IDENTIFYING, SHOWN } from './tag-names.ts';

export interface DicomTag {
  /** "(0008,0060)" */
  readonly tag: string;
  readonly name: string;
  readonly value: string;
  /** Tells, or may tell, whose image it is. */
  readonly identifying: boolean;
}

const PIXEL_DATA = 'x7fe00010';
const MOST_CHARACTERS = 500;
const MOST_TAGS = 400;

/**
 * The attributes of a DICOM file that help to judge its image, in the order of their tags: those of the lists in
 * tag-names.ts, and all private ones. Other formats have none.
 * @throws IngestError as readImageFile, and corrupt for a DICOM header that cannot be read
 */
export async function readDicomTags(path: string): Promise<DicomTag[]> {
  if ((await recogniseImage(path)) !== 'dicom') return [];
  const bytes = await readImageFile(path);
  try {
    const dataSet = dicomParser.parseDicom(bytes, { untilTag: PIXEL_DATA });
    const decoder = textDecoder(dataSet);
    return Object.values(dataSet.elements)
      .flatMap((element) => tagOf(dataSet, element, decoder) ?? [])
      .sort((a, b) => (a.tag < b.tag ? -1 : 1))
      .slice(0, MOST_TAGS);
  } catch (thrown) {
    throw thrown instanceof IngestError ? thrown : corrupt(path, thrownMessage(thrown), { cause: thrown });
  }
}

function tagOf(dataSet: DataSet, element: Element, decoder: TextDecoder): DicomTag | null {
  const key = element.tag.slice(1);
  const group = Number.parseInt(key.slice(0, 4), 16);
  const tag = `(${key.slice(0, 4)},${key.slice(4)})`.toUpperCase();
  const isPrivate = group % 2 === 1;
  const name = isPrivate ? 'Private' : (SHOWN.get(key) ?? IDENTIFYING.get(key));
  if (name === undefined) return null;
  const value = valueOf(dataSet, element, decoder);
  return value === '' ? null : { tag, name, value, identifying: isPrivate || IDENTIFYING.has(key) };
}

/** Numbers and text, several values separated as the standard does; of anything else how much there is. */
function valueOf(dataSet: DataSet, element: Element, decoder: TextDecoder): string {
  const { tag, length, dataOffset } = element;
  const vr = element.vr ?? IMPLICIT_BINARY.get(tag.slice(1)) ?? 'text';
  if (element.items !== undefined) return `${element.items.length} items`;
  const numbers = (size: number, read: (index: number) => number | undefined) =>
    Array.from({ length: Math.floor(length / size) }, (_, index) => read(index) ?? NaN).join('\\');
  switch (vr) {
    case 'US':
      return shortened(numbers(2, (index) => dataSet.uint16(tag, index)));
    case 'SS':
      return shortened(numbers(2, (index) => dataSet.int16(tag, index)));
    case 'UL':
      return shortened(numbers(4, (index) => dataSet.uint32(tag, index)));
    case 'SL':
      return shortened(numbers(4, (index) => dataSet.int32(tag, index)));
    case 'FL':
      return shortened(numbers(4, (index) => dataSet.float(tag, index)));
    case 'FD':
      return shortened(numbers(8, (index) => dataSet.double(tag, index)));
    case 'OB':
    case 'OW':
    case 'OF':
    case 'OD':
    case 'OL':
    case 'OV':
    case 'UN':
    case 'SQ':
    case 'AT':
      return `${length} bytes`;
    default: {
      const text = decoder.decode(dataSet.byteArray.subarray(dataOffset, dataOffset + length));
      return isText(text) ? shortened(text) : `${length} bytes`;
    }
  }
}

/** Files with implicit types do not say which attributes are numbers; of those shown, these are. */
const IMPLICIT_BINARY: ReadonlyMap<string, string> = new Map(
  ['00280002', '00280006', '00280010', '00280011', '00280100', '00280101', '00280102', '00280103'].map(
    (tag) => [tag, 'US'],
  ),
);

function shortened(text: string): string {
  const clean = text.replaceAll('\0', '').trim();
  return clean.length > MOST_CHARACTERS ? `${clean.slice(0, MOST_CHARACTERS)} …` : clean;
}

/** No control characters but the padding and line ends that the standard allows. */
function isText(text: string): boolean {
  return !/[^\P{Cc}\0\t\n\f\r\u001b]/u.test(text);
}

/** Of the repertoires of PS3.3 C.12.1.1.2 those with a name in every decoder; with code extensions, the first one. */
const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['ISO_IR 192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
  ['ISO_IR 13', 'shift_jis'],
  ['ISO_IR 101', 'iso-8859-2'],
  ['ISO_IR 109', 'iso-8859-3'],
  ['ISO_IR 110', 'iso-8859-4'],
  ['ISO_IR 144', 'iso-8859-5'],
  ['ISO_IR 127', 'iso-8859-6'],
  ['ISO_IR 126', 'iso-8859-7'],
  ['ISO_IR 138', 'iso-8859-8'],
  ['ISO_IR 148', 'windows-1254'],
  ['ISO_IR 166', 'windows-874'],
]);

function textDecoder(dataSet: DataSet): TextDecoder {
  const [first = ''] = (dataSet.string('x00080005') ?? '').split('\\');
  const name = first.trim().replace('ISO 2022 IR', 'ISO_IR');
  return new TextDecoder(ENCODINGS.get(name) ?? 'windows-1252');
}
