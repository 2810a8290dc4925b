/** The person who started the benchmark has asked to stop. */
export class BenchStopped extends Error {
  readonly kind = 'interrupted';

  constructor(fit: string, step: number) {
    super(`The benchmark was stopped at step ${step} of "${fit}"; start it again to go on from there.`);
    this.name = 'BenchStopped';
  }
}
