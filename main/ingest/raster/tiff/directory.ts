import { MAX_PAGES, MAX_TIFF_FIELDS } from '../../limits.ts';
import { corrupt, truncated, unsupported } from '../../problems.ts';
import type { ByteWindow } from '../byte-window.ts';

/** Bytes of one value of each field type (TIFF 6.0 section 2, BigTIFF); others are unknown. */
const TYPE_BYTES: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

interface Field {
  readonly type: number;
  readonly count: number;
  /** Where its values lie. */
  readonly at: number;
}

/** The byte order of a TIFF, and whether its offsets have 64 bits. */
export interface TiffOrder {
  readonly littleEndian: boolean;
  readonly big: boolean;
}

/** One image file directory: the fields of a page. Their values are read when asked for. */
export class TiffDirectory {
  readonly order: TiffOrder;
  readonly #fields: ReadonlyMap<number, Field>;

  constructor(order: TiffOrder, fields: ReadonlyMap<number, Field>) {
    this.order = order;
    this.#fields = fields;
  }

  count(tag: number): number {
    return this.#fields.get(tag)?.count ?? 0;
  }

  /**
   * The values of a field of integers, the first `most` of them; none where the directory lacks it.
   * @throws IngestError truncated, corrupt
   */
  async numbers(bytes: ByteWindow, tag: number, most: number): Promise<number[]> {
    const field = this.#fields.get(tag);
    if (!field) return [];
    const { type, at } = field;
    const count = Math.min(field.count, most);
    const size = TYPE_BYTES[type] ?? 0;
    const view = await bytes.read(at, count * size);
    return Array.from({ length: count }, (_, i) => this.#integer(view, i * size, type, bytes.path));
  }

  /** @throws IngestError truncated, corrupt */
  async number(bytes: ByteWindow, tag: number, otherwise: number): Promise<number> {
    const [value = otherwise] = await this.numbers(bytes, tag, 1);
    return value;
  }

  /** The first `most` letters of a field of text. @throws IngestError truncated */
  async text(bytes: ByteWindow, tag: number, most: number): Promise<string> {
    const field = this.#fields.get(tag);
    if (field?.type !== 2) return '';
    const { buffer, byteOffset, byteLength } = await bytes.read(field.at, Math.min(field.count, most));
    return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
  }

  #integer(view: DataView, at: number, type: number, path: string): number {
    const { littleEndian } = this.order;
    switch (type) {
      case 1:
      case 6:
      case 7:
        return view.getUint8(at);
      case 3:
      case 8:
        return view.getUint16(at, littleEndian);
      case 4:
      case 9:
      case 13:
        return view.getUint32(at, littleEndian);
      case 16:
      case 17:
      case 18:
        return Number(view.getBigUint64(at, littleEndian));
      default:
        throw corrupt(path, `a field that counts has type ${String(type)}`);
    }
  }
}

/**
 * The directories of the main chain, in order. Those below one (SubIFDs: smaller copies of a page) are not followed.
 * @throws IngestError truncated, corrupt, unsupported-format
 */
export async function readDirectories(bytes: ByteWindow): Promise<TiffDirectory[]> {
  const head = await bytes.read(0, 8);
  const littleEndian = head.getUint8(0) === 0x49;
  const order = { littleEndian, big: head.getUint16(2, littleEndian) === 43 };
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  let fields = 0;
  let at = order.big ? offset(await bytes.read(8, 8), 0, order) : head.getUint32(4, littleEndian);
  while (at !== 0) {
    if (seen.has(at)) throw corrupt(bytes.path, 'its pages run in a circle');
    if (seen.size === MAX_PAGES) throw unsupported(bytes.path, `holds more than ${String(MAX_PAGES)} pages`);
    seen.add(at);
    const { directory, count, next } = await readDirectory(bytes, at, order);
    directories.push(directory);
    // Directories may overlap, so that the file's size bounds nothing.
    fields += count;
    if (fields > MAX_TIFF_FIELDS) {
      throw corrupt(bytes.path, `its pages have more than ${String(MAX_TIFF_FIELDS)} fields`);
    }
    at = next;
  }
  if (directories.length === 0) throw corrupt(bytes.path, 'it holds no page');
  return directories;
}

async function readDirectory(
  bytes: ByteWindow,
  at: number,
  order: TiffOrder,
): Promise<{ directory: TiffDirectory; count: number; next: number }> {
  const { littleEndian, big } = order;
  const [countBytes, entryBytes, offsetBytes] = big ? [8, 20, 8] : [2, 12, 4];
  const head = await bytes.read(at, countBytes);
  const count = big ? offset(head, 0, order) : head.getUint16(0, littleEndian);
  if (count === 0 || count > 0xffff) {
    throw corrupt(bytes.path, `a page has ${String(count)} fields`);
  }
  const start = at + countBytes;
  const view = await bytes.read(start, count * entryBytes + offsetBytes);
  const fields = new Map<number, Field>();
  for (let i = 0; i < count; i++) {
    const entry = i * entryBytes;
    const type = view.getUint16(entry + 2, littleEndian);
    const values = big ? offset(view, entry + 4, order) : view.getUint32(entry + 4, littleEndian);
    const length = (TYPE_BYTES[type] ?? 0) * values;
    const field = entry + (big ? 12 : 8);
    // Values that fit into the place of the offset are there themselves.
    const inside = length <= offsetBytes;
    const valuesAt = inside ? start + field : offset(view, field, order);
    // A field of an unknown type is not read; whether it lies in the file does not matter.
    if (length > 0 && valuesAt + length > bytes.size) throw truncated(bytes.path);
    fields.set(view.getUint16(entry, littleEndian), { type, count: values, at: valuesAt });
  }
  return {
    directory: new TiffDirectory(order, fields),
    count,
    next: offset(view, count * entryBytes, order),
  };
}

/** Beyond 2^53 it points out of every file, whatever is rounded off. */
function offset(view: DataView, at: number, { littleEndian, big }: TiffOrder): number {
  return big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}
