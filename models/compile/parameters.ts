/** Readers of a jaxpr equation's parameters, which arrive untyped. */

export type Parameters = Readonly<Record<string, unknown>>;

export function integer(parameters: Parameters, key: string): number {
  const value = parameters[key];
  if (typeof value !== 'number' || !Number.isInteger(value)) throw malformed(key, 'an integer');
  return value;
}

export function text(parameters: Parameters, key: string): string {
  const value = parameters[key];
  if (typeof value !== 'string') throw malformed(key, 'a text');
  return value;
}

export function integers(parameters: Parameters, key: string): number[] {
  return integerList(parameters[key], key);
}

export function pairs(parameters: Parameters, key: string): [number, number][] {
  const value = parameters[key];
  if (!Array.isArray(value)) throw malformed(key, 'a list of pairs');
  return value.map((pair: unknown) => {
    const [first, second, ...rest] = integerList(pair, key);
    if (first === undefined || second === undefined || rest.length > 0)
      throw malformed(key, 'a list of pairs');
    return [first, second];
  });
}

function integerList(value: unknown, key: string): number[] {
  if (!Array.isArray(value)) throw malformed(key, 'a list of integers');
  return value.map((item: unknown) => {
    if (typeof item !== 'number' || !Number.isInteger(item)) throw malformed(key, 'a list of integers');
    return item;
  });
}

function malformed(key: string, expected: string): TypeError {
  return new TypeError(`parameter ${key} of a traced equation is not ${expected}`);
}
