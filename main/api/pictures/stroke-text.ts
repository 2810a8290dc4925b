/**
 * Text as lines, for pictures: a machine may have no fonts at all, and what a picture must say would be missing from it.
 * The letters are those that our own labels are made of.
 */

/** Points as digits x, y on a grid of 0 … 4 by 0 … 8; capitals start at y = 0, small letters at 2, the baseline is 6. */
const STROKES: Readonly<Record<string, string>> = {
  ' ': '',
  '-': '1434',
  '+': '0444|2226',
  '.': '2626',
  ',': '2617',
  ':': '2323|2626',
  '?': '0110304142332425|2626',
  '%': '4006|1010|3636',
  '/': '4006',
  '(': '30212536',
  ')': '10212516',
  '0': '103041453616050110',
  '1': '112026|1636',
  '2': '01103041420646',
  '3': '0110304142334445361605|1333',
  '4': '36300444',
  '5': '400003334445361605',
  '6': '3010010516364544331304',
  '7': '004016',
  '8': '103041423313020110|1304051636454433',
  '9': '1636454130100102133342',
  N: '06004640',
  a: '4246|4332120305163645',
  b: '0006|0312324345361605',
  c: '4332120305163645',
  d: '4046|4332120305163645',
  e: '04444332120305163645',
  f: '30201116|0232',
  g: '4247381807|4332120305163645',
  h: '0006|0312324346',
  i: '2226|2020',
  j: '22271808|2020',
  k: '0006|3204|1336',
  l: '202536',
  m: '0206|03122326|23324346',
  n: '0206|0312324346',
  o: '123243453616050312',
  p: '0208|0312324345361605',
  q: '4248|4332120305163645',
  r: '0206|03123243',
  s: '43321203143445361605',
  t: '10152636|0232',
  u: '0205163645|4246',
  v: '022642',
  w: '0216243642',
  x: '0246|4206',
  y: '0226|42261808',
  z: '02420646',
};

const ADVANCE = 6;
const CAPITAL_HEIGHT = 6;

/** @param height of a capital letter, in pixels */
export function textWidth(text: string, height: number): number {
  return (text.length * ADVANCE * height) / CAPITAL_HEIGHT;
}

/**
 * An SVG path element; letters that are not known are drawn as question marks.
 * @param x left edge, `y` baseline, `height` of a capital letter, all in pixels
 */
export function textPath(text: string, x: number, y: number, height: number): string {
  const unit = height / CAPITAL_HEIGHT;
  const commands = Array.from(text).flatMap((letter, position) =>
    (STROKES[letter] ?? STROKES['?'] ?? '').split('|').map((stroke) =>
      points(stroke)
        .map(([column, row], index) => {
          const px = x + (position * ADVANCE + column) * unit;
          const py = y + (row - CAPITAL_HEIGHT) * unit;
          return `${index === 0 ? 'M' : 'L'}${px.toFixed(2)} ${py.toFixed(2)}`;
        })
        .join(''),
    ),
  );
  return `<path d="${commands.join('')}" fill="none" stroke="#222" stroke-width="${(unit * 0.85).toFixed(2)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function points(stroke: string): [number, number][] {
  const digits = Array.from(stroke, Number);
  const pairs: [number, number][] = [];
  for (let index = 0; index + 1 < digits.length; index += 2) {
    pairs.push([digits[index] ?? 0, digits[index + 1] ?? 0]);
  }
  // A lone point is a dot: a line of no length with round ends.
  const [first] = pairs;
  return pairs.length === 1 && first !== undefined ? [first, first] : pairs;
}
