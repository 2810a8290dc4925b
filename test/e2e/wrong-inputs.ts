import { isContractProcedure } from '@orpc/contract';
import fc from 'fast-check';
import { z } from 'zod';
import { contract } from '../../preload/contract.ts';

export interface Call {
  /** "datasets.add" */
  readonly call: string;
  readonly input: z.ZodType;
}

/** Every call of the contract that takes something: a new one cannot be forgotten. */
export const CALLS: readonly Call[] = Object.entries(contract).flatMap(([topic, calls]) =>
  Object.entries(calls).flatMap(([name, call]) => {
    if (!isContractProcedure(call)) throw new Error(`${topic}.${name} is no call`);
    const input: unknown = call['~orpc'].inputSchema;
    return input === undefined
      ? []
      : [{ call: `${topic}.${name}`, input: z.instanceof(z.ZodType).parse(input) }];
  }),
);

interface Place {
  readonly at: readonly string[];
  readonly name: string;
  readonly leaf: boolean;
}

const Described = z.object({
  get properties() {
    return z.record(z.string(), Described).optional();
  },
  get items() {
    return Described.optional();
  },
  get anyOf() {
    return z.array(Described).optional();
  },
  get oneOf() {
    return z.array(Described).optional();
  },
  type: z
    .union([z.string(), z.array(z.string()).transform((types) => types.find((type) => type !== 'null'))])
    .optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minItems: z.int().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
});
type Described = z.infer<typeof Described>;

/** Something that a schema lets through, with nothing left out that may be null. */
export function sampleOf(schema: z.ZodType): unknown {
  return sample(Described.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })));
}

function sample({
  type,
  properties,
  items,
  anyOf,
  oneOf,
  const: only,
  enum: choices,
  minimum,
  format,
  pattern,
  minItems = 1,
}: Described): unknown {
  if (only !== undefined) return only;
  if (choices !== undefined) return choices[0];
  const [first] = (anyOf ?? oneOf ?? []).filter((each) => each.type !== 'null');
  if (first !== undefined) return sample(first);
  switch (type) {
    case 'object':
      return Object.fromEntries(Object.entries(properties ?? {}).map(([name, each]) => [name, sample(each)]));
    case 'array':
      return items === undefined ? [] : Array.from({ length: Math.max(1, minItems) }, () => sample(items));
    case 'integer':
      return Math.max(minimum ?? 1, 1);
    case 'number':
      return 0.5;
    case 'boolean':
      return false;
    case 'string':
      if (format === 'binary') return new File(['text'], 'file');
      return pattern === undefined ? 'text' : stringOf(pattern);
    case undefined:
    default:
      throw new Error(`a sample of ${type ?? 'anything'} has yet to be thought of`);
  }
}

function stringOf(pattern: string): string {
  const [string = ''] = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 1, seed: 1 });
  return string;
}

/** Of everything in a value, itself included: where it is, and the name that it goes by there. */
export function placesOf(value: unknown, at: readonly string[] = [], name = ''): readonly Place[] {
  const inner = isRecord(value) ? Object.entries(value) : [];
  return [
    { at, name, leaf: inner.length === 0 },
    // What is in a list goes by the name of the list.
    ...inner.flatMap(([key, each]) => placesOf(each, [...at, key], Array.isArray(value) ? name : key)),
  ];
}

export function withAt(value: unknown, [name, ...rest]: readonly string[], wanted: unknown): unknown {
  if (name === undefined) return wanted;
  if (Array.isArray(value))
    return value.map((each: unknown, index) => (`${index}` === name ? withAt(each, rest, wanted) : each));
  return isRecord(value) ? { ...value, [name]: withAt(value[name], rest, wanted) } : value;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof File);
