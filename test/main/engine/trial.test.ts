import { describe, expect, it } from 'vitest';
import { openDevice } from '../../../main/engine/devices.ts';
import { type TrialOutcome, difference, outcomeOf, trainingTrial } from '../../../main/engine/trial.ts';

const OUTCOME: TrialOutcome = { losses: [900, 890], parameters: [Float32Array.of(3, 4)] };

describe('a trial', () => {
  it('trains: every step lowers the loss, on either kind of graph by the same numbers', async () => {
    const cpu = await openDevice('cpu', () => undefined);
    const outcomes: TrialOutcome[] = [];
    for (const target of ['cpu-training', 'portable'] as const) {
      const trial = trainingTrial(target);
      const program = await cpu.loadResident(trial.model, trial.state);
      outcomes.push(await outcomeOf(trial, program));
      await program.dispose();
    }
    const [matrix = OUTCOME, direct = OUTCOME] = outcomes;
    expect(matrix.losses).toEqual([...matrix.losses].sort((a, b) => b - a));
    expect(new Set(matrix.losses).size).toBe(3);
    expect(difference(direct, matrix)).toBeLessThan(1e-6);
  });

  it('measures the distance of losses and parameters, whichever is larger', () => {
    expect(difference(OUTCOME, OUTCOME)).toBe(0);
    const moved = { ...OUTCOME, parameters: [Float32Array.of(3, 4.5)] };
    expect(difference(moved, OUTCOME)).toBeCloseTo(0.1, 6);
    const worse = { ...OUTCOME, losses: [1800, 1780] };
    expect(difference(worse, OUTCOME)).toBeCloseTo(1, 6);
  });

  it('has no distance to numbers that are missing or not finite', () => {
    expect(difference({ ...OUTCOME, losses: [900, NaN] }, OUTCOME)).toBeNaN();
    expect(difference({ ...OUTCOME, losses: [900] }, OUTCOME)).toBeNaN();
    expect(difference({ ...OUTCOME, parameters: [new Float32Array()] }, OUTCOME)).toBeNaN();
    expect(difference({ ...OUTCOME, parameters: [] }, OUTCOME)).toBeNaN();
  });
});
