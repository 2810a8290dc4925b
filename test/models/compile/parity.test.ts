import { describe, expect, it } from 'vitest';
import { LOWERINGS } from '../../../models/compile/lower.ts';
import { trace } from '../../../models/compile/trace.ts';
import { TARGETS, compileAndRun, evaluate, expectSame } from '../evaluate.ts';
import { specsOf } from '../samples.ts';
import { contractionCases } from './cases/contraction-cases.ts';
import { elementwiseCases } from './cases/elementwise-cases.ts';
import { movementCases } from './cases/movement-cases.ts';
import type { ParityCases } from './cases/parity-case.ts';
import { windowCases } from './cases/window-cases.ts';

const cases: ParityCases = { ...elementwiseCases, ...movementCases, ...contractionCases, ...windowCases };

describe.each(Object.entries(cases))('the primitive %s', (primitive, list) => {
  it.each(list)('gives what jax-js gives: $name', async ({ program, inputs, tolerance }) => {
    const used = trace(program, specsOf(inputs)).jaxpr.eqns.map((equation): string => equation.primitive);
    expect(used).toContain(primitive);
    const expected = evaluate(program, inputs);
    for (const target of TARGETS) {
      expectSame(await compileAndRun(program, inputs, target), expected, tolerance);
    }
  });
});

it('compares every primitive that can be compiled with jax-js', () => {
  expect(Object.keys(LOWERINGS).sort()).toEqual(Object.keys(cases).sort());
});
