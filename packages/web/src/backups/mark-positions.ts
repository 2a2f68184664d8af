/** Where marks stand on a line of time, 0 to 1 from the oldest to the newest; one alone stands at the end. */
export function markPositions(times: readonly string[]): number[] {
  const moments = times.map((time) => Date.parse(time));
  const oldest = Math.min(...moments);
  const span = Math.max(...moments) - oldest;
  return moments.map((moment) => (span === 0 ? 1 : (moment - oldest) / span));
}
