/** Trial division up to the square root; exact for every integer below 2^31. */
export function isPrime(n: number): boolean {
  if (n < 4) return n > 1;
  if (n % 2 === 0 || n % 3 === 0) return false;
  // Primes above 3 are one less or one more than a multiple of 6.
  for (let d = 5; d * d <= n; d += 6) {
    if (n % d === 0 || n % (d + 2) === 0) return false;
  }
  return true;
}

/** Prime factors in ascending order, with repetitions; none for 1. For integers from 1 to 2^31 - 1. */
export function factorise(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  const take = (d: number) => {
    while (rest % d === 0) {
      factors.push(d);
      rest /= d;
    }
  };
  take(2);
  take(3);
  for (let d = 5; d * d <= rest; d += 6) {
    if (rest % d === 0) take(d);
    if (rest % (d + 2) === 0) take(d + 2);
  }
  if (rest > 1) factors.push(rest);
  return factors;
}
