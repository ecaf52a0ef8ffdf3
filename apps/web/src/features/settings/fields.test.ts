import { expect, it } from 'vitest'
import { inShownUnit } from './fields.tsx'

const MB = 1024 * 1024

it('tells a bound in the unit that the field shows, on its safe side', () => {
  expect(inShownUnit('must be at least 65536', MB, 'MB')).toBe('must be at least 0.07 MB')
  expect(inShownUnit(`must be at most ${4 * MB}`, MB, 'MB')).toBe('must be at most 4 MB')
  expect(inShownUnit('must be at least 100', 1, 'pages')).toBe('must be at least 100')
  expect(inShownUnit(undefined, MB, 'MB')).toBeUndefined()
})
