import type { TextDecoder } from 'node:util';
import { readImageFile, recogniseImage } from '../read-file.ts';
import type { Attributes, Element } from './attributes.ts';
import { characterSet } from './character-set.ts';
import { PIXELS } from './elements.ts';
import { readFileStructure } from './file-structure.ts';
import { asIngestError } from './structure-problem.ts';
import { IDENTIFYING, SHOWN } from './tag-names.ts';

export interface DicomTag {
  /** "(0008,0060)" */
  readonly tag: string;
  readonly name: string;
  readonly value: string;
  /** Tells, or may tell, whose image it is. */
  readonly identifying: boolean;
}

const MOST_CHARACTERS = 500;
/** As many bytes as can give so many characters, in any type. */
const MOST_BYTES = 8 * MOST_CHARACTERS;
const MOST_TAGS = 400;

/**
 * The attributes of a DICOM file that help to judge its image, in the order of their tags: those of the lists in
 * tag-names.ts, and all private ones. Other formats have none.
 * @throws IngestError as readImageFile, and corrupt for a DICOM header that cannot be read
 */
export async function readDicomTags(path: string): Promise<DicomTag[]> {
  if ((await recogniseImage(path)) !== 'dicom') return [];
  const structure = readFileStructure(await readImageFile(path), path, PIXELS);
  const { meta, attributes, problem } = structure;
  if (problem) throw asIngestError(problem, path);
  const decoder = characterSet(attributes.text('x00080005'));
  return [meta, attributes]
    .flatMap((part) => [...part.elements.values()].flatMap((element) => tagOf(part, element, decoder) ?? []))
    .sort((a, b) => (a.tag < b.tag ? -1 : 1))
    .slice(0, MOST_TAGS);
}

function tagOf(attributes: Attributes, element: Element, decoder: TextDecoder): DicomTag | null {
  const key = element.tag.slice(1);
  const group = Number.parseInt(key.slice(0, 4), 16);
  const tag = `(${key.slice(0, 4)},${key.slice(4)})`.toUpperCase();
  const isPrivate = group % 2 === 1;
  const name = isPrivate ? 'Private' : (SHOWN.get(key) ?? IDENTIFYING.get(key));
  if (name === undefined) return null;
  const value = valueOf(attributes, element, decoder);
  return value === '' ? null : { tag, name, value, identifying: isPrivate || IDENTIFYING.has(key) };
}

/** Numbers and text, several values separated as the standard does; of anything else how much there is. */
function valueOf(attributes: Attributes, element: Element, decoder: TextDecoder): string {
  const { tag, length, items } = element;
  const vr = element.vr ?? IMPLICIT_BINARY.get(tag.slice(1)) ?? 'text';
  if (items !== null) return `${items.length} items`;
  switch (vr) {
    case 'US':
    case 'SS':
    case 'UL':
    case 'SL':
    case 'FL':
    case 'FD':
      return length > MOST_BYTES ? `${length} bytes` : shortened(attributes.numbers(tag, vr).join('\\'));
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
      const text = decoder.decode(attributes.raw(tag)?.subarray(0, MOST_BYTES));
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
