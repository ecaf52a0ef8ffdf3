/** The slope of the straight line that is nearest to the points, by least squares. @returns 0 for fewer than two */
export function slopePerMinute(points: readonly (readonly [minute: number, value: number])[]): number {
  const mean = (i: 0 | 1): number => points.reduce((sum, point) => sum + point[i], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  let above = 0
  let below = 0
  for (const [x, y] of points) {
    above += (x - meanX) * (y - meanY)
    below += (x - meanX) ** 2
  }
  return below === 0 ? 0 : above / below
}
