import { expect, it } from 'vitest'
import { formatCountdown, lengthText, titleOf, whomOf } from './override-words.ts'

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

it.each([
  [10, '10 min'],
  [60, '1 hour'],
  [90, '90 min'],
  [240, '4 hours'],
  [1440, '1 day'],
  [4320, '3 days'],
  [null, ''],
])('%s minutes: %s', (minutes, text) => {
  expect(lengthText({ minutes })).toBe(text)
})

it('says what holds, and for whom', () => {
  expect(titleOf({ kind: 'allow', name: 'example.org' })).toBe('example.org allowed')
  expect(titleOf({ kind: 'offline', name: null })).toBe('Internet blocked')
  expect(whomOf({ client: null, groupName: 'Kids' })).toBe('Group Kids')
  expect(whomOf({ client: '192.0.2.7', groupName: null })).toBe('192.0.2.7')
  expect(whomOf({ client: null, groupName: null })).toBe('Everyone')
})
