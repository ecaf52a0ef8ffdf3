import { expect, it } from 'vitest'
import { formatCountdown, titleOf, whomOf } from './override-words.ts'

it.each([
  [0, '0:00'],
  [-5, '0:00'],
  [1, '0:01'],
  [59_001, '1:00'],
  [599_000, '9:59'],
  [3_600_000, '1 h 00 min'],
  [7_500_000, '2 h 05 min'],
  [3 * 86_400_000, '3 days'],
])('%d ms are left: %s', (ms, text) => {
  expect(formatCountdown(ms)).toBe(text)
})

it('says what holds, and for whom', () => {
  expect(titleOf({ kind: 'allow', name: 'example.org' })).toBe('example.org allowed')
  expect(titleOf({ kind: 'offline', name: null })).toBe('Internet blocked')
  expect(whomOf({ client: null, groupName: 'Kids' })).toBe('Group Kids')
  expect(whomOf({ client: '192.0.2.7', groupName: null })).toBe('192.0.2.7')
  expect(whomOf({ client: null, groupName: null })).toBe('Everyone')
})
