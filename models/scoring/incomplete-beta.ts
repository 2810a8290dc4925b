/**
 * The regularised incomplete beta function I_x(a, b), the cumulative distribution of Beta(a, b), by its continued
 * fraction (DLMF 8.17.22) evaluated with Lentz's method; good to about 1e-9 relative for a + b up to a million.
 * @param x in [0, 1]
 * @param a positive
 * @param b positive
 * @throws {RangeError} for arguments out of range
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0 && Number.isFinite(a + b))) {
    throw new RangeError(`the incomplete beta function is not defined at x ${x}, a ${a}, b ${b}`);
  }
  if (x === 0 || x === 1) return x;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast only below the mean; above it the mirrored one does: I_x(a, b) = 1 − I_{1−x}(b, a).
  return x < (a + 1) / (a + b + 2)
    ? (front / a) * continuedFraction(x, a, b)
    : 1 - (front / b) * continuedFraction(1 - x, b, a);
}

/** The x with I_x(a, b) = probability, to the last bit of the function above: bisection cannot go astray. */
export function incompleteBetaInverse(probability: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  let middle = 0.5;
  while (low < middle && middle < high) {
    if (incompleteBeta(middle, a, b) < probability) low = middle;
    else high = middle;
    middle = (low + high) / 2;
  }
  return middle;
}

const TINY = 1e-300;

function continuedFraction(x: number, a: number, b: number): number {
  const awayFromZero = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  let change = 0;
  const extend = (coefficient: number) => {
    d = 1 / awayFromZero(1 + coefficient * d);
    c = awayFromZero(1 + coefficient / c);
    change = c * d;
    result *= change;
  };
  for (let m = 1; Math.abs(change - 1) > 1e-15; m++) {
    // Convergence takes about √max(a, b) terms.
    if (m > 1000 + 20 * Math.sqrt(a + b)) {
      throw new RangeError(`the incomplete beta function does not converge at x ${x}, a ${a}, b ${b}`);
    }
    extend((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)));
    extend((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)));
  }
  return result;
}

/** log Γ(x) for x > 0 by Stirling's series (DLMF 5.11.1), after raising x to where it is accurate. */
function logGamma(x: number): number {
  let raised = x;
  let product = 1;
  while (raised < 16) {
    product *= raised;
    raised += 1;
  }
  const inverse = 1 / (raised * raised);
  const series =
    (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / raised;
  return (raised - 0.5) * Math.log(raised) - raised + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}
