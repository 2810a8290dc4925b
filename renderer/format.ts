/** Numbers, times and paths as people read them. One language, so that a value looks the same in window and report. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

const grouped = (value: number, digits: number): string =>
  new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .format(value)
    .replace('-', '−');

/** A score, four digits or so: 0.0012, 0.123, 3.141, 31.42, 314.2, 3,142; 1.2e−5 where it is tiny, as those of a classifier can be. */
export function scoreText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size > 0 && size < 0.001) return value.toExponential(1).replaceAll('-', '−');
  if (size > 0 && size < 0.01) return grouped(value, 4);
  return grouped(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

/** "1 image", "12,345 images"; the number alone without a noun. */
export function countText(count: number, one?: string, many?: string): string {
  if (one === undefined) return whole.format(count);
  return `${whole.format(count)} ${count === 1 ? one : (many ?? `${one}s`)}`;
}

/** "0.4 s", "45 s", "3 min 20 s", "2 h 5 min", "3 d 4 h": two units at most. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds < 9.95) return `${grouped(seconds, 1).replace('.0', '')} s`;
  const total = Math.round(seconds);
  if (total < 60) return `${total} s`;
  // What is rounded away must not carry over into "60 s": round once, to the finer of the two units shown.
  if (total < 3600) return twoUnits(total, 60, 'min', 1, 's');
  if (total < 86_400 - 30) return twoUnits(total, 3600, 'h', 60, 'min');
  return twoUnits(total, 86_400, 'd', 3600, 'h');
}

function twoUnits(
  seconds: number,
  large: number,
  largeUnit: string,
  small: number,
  smallUnit: string,
): string {
  const smalls = Math.round(seconds / small);
  const perLarge = large / small;
  const rest = smalls % perLarge;
  const first = `${whole.format(Math.floor(smalls / perLarge))} ${largeUnit}`;
  return rest === 0 ? first : `${first} ${rest} ${smallUnit}`;
}

/** A share as a percentage: "0 %", "< 0.1 %", "1.2 %", "34 %". */
export function percentText(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent < 100 && percent > 99.9) return '> 99.9 %';
  return `${grouped(percent, Math.abs(percent) >= 10 ? 0 : 1).replace(/\.0$/, '')} %`;
}

/** Powers of 1000, as file managers show them: "812 B", "1.4 MB". */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${grouped(value, unit > 0 && value < 9.95 ? 1 : 0)} ${units[unit] ?? ''}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A UTC time in the reader's own zone: "2026-03-01 14:05". */
export function dateText(utc: string): string {
  const at = new Date(utc);
  if (Number.isNaN(at.getTime())) return '–';
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A path in at most `most` characters: its end says more than its middle, its start says where. */
export function shortPath(path: string, most = 48): string {
  if (path.length <= most) return path;
  const head = Math.floor((most - 1) / 3);
  return `${path.slice(0, head)}…${path.slice(path.length - (most - 1 - head))}`;
}
