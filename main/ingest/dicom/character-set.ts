import { TextDecoder } from 'node:util';

/** Of the repertoires of PS3.3 C.12.1.1.2 those with a name in every decoder. */
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

/** The decoder for a Specific Character Set; with code extensions, that of the first one. */
export function characterSet(specificCharacterSet: string | null): TextDecoder {
  const [first = ''] = (specificCharacterSet ?? '').split('\\');
  const name = first.trim().replace('ISO 2022 IR', 'ISO_IR');
  const encoding = ENCODINGS.get(name) ?? 'windows-1252';
  const known = decoders.get(encoding);
  if (known) return known;
  const decoder = new TextDecoder(encoding);
  decoders.set(encoding, decoder);
  return decoder;
}

/** Making one takes longer than decoding all names of a file. */
const decoders = new Map<string, TextDecoder>();
