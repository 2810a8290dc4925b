import { describe, expect, it } from 'vitest';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import { couplingSubnet, normalisedSubnet } from '../../../models/networks/coupling-subnet.ts';
import { TARGETS, compileAndRun, evaluate, expectSame, tensorOf } from '../evaluate.ts';
import { LAYOUTS, gaussian, inLayout, randomSubnet } from '../flows/transforms.ts';
import { type Sample, sample } from '../samples.ts';

const channels = 6;
const kept = gaussian([2, channels / 2, 4, 5], 1);

function apply(network: (x: NonNullable<NamedTensors[string]>) => NonNullable<NamedTensors[string]>) {
  return ({ x }: NamedTensors): NamedTensors => {
    if (x === undefined) throw new RangeError('no input x');
    return { y: network(x) };
  };
}

describe.each(LAYOUTS)('the coupling network (%s)', (layout) => {
  const parameters = randomSubnet(channels, 7, 3);
  const x: Sample = inLayout(kept, layout);

  it('is the same with its norms folded into the weights as without', async () => {
    const folded = apply(couplingSubnet(parameters, layout));
    const plain = apply(normalisedSubnet(parameters, layout, (name) => parameters[name]));
    const expected = evaluate(plain, { x });
    expectSame(evaluate(folded, { x }), expected, 1e-5);
    for (const target of TARGETS) expectSame(await compileAndRun(folded, { x }, target), expected, 1e-5);
  });

  it('gives the other layout the same numbers, from C/2 to C channels', () => {
    const { y: first } = evaluate(apply(couplingSubnet(parameters, 'channels-first')), { x: kept });
    if (first === undefined) throw new RangeError('no output');
    expect(first.shape).toEqual([2, channels, 4, 5]);
    expectSame(evaluate(apply(couplingSubnet(parameters, layout)), { x }), { y: inLayout(first, layout) });
  });

  it('starts as its bias when the last convolution is zero', () => {
    const zero = sample(new Array<number>(9 * channels * 7).fill(0), [3, 3, channels, 7]);
    const bias = sample([1, 2, 3, 4, 5, 6], [channels]);
    const network = couplingSubnet({ ...parameters, last: tensorOf(zero), lastBias: tensorOf(bias) }, layout);
    const everywhere = Array.from(
      { length: 2 * channels * 20 },
      (_, at) => (Math.floor(at / 20) % channels) + 1,
    );
    const expected = inLayout(sample(everywhere, [2, channels, 4, 5]), layout);
    expectSame(evaluate(apply(network), { x }), { y: expected }, 0);
  });
});
