import { expect, it } from 'vitest'
import { holdingChoices, overrideOf } from './holds-for.ts'

it('offers single clients only where one is known', () => {
  expect(holdingChoices('192.0.2.7').map(({ label }) => label)).toEqual([
    'everyone, for good',
    'everyone, for 10 minutes',
    'everyone, for 1 hour',
    '192.0.2.7, for 10 minutes',
    '192.0.2.7, for 1 hour',
    '192.0.2.7, for 1 day',
  ])
  for (const unknown of [null, '', '192.0.2.0/24']) expect(holdingChoices(unknown)).toHaveLength(3)
})

it('makes an override of a choice', () => {
  const scope = { match: 'suffix', pattern: 'example.org', label: '' } as const
  expect(overrideOf('allow', scope, { minutes: 10, client: null })).toEqual({
    kind: 'allow',
    name: 'example.org',
    minutes: 10,
  })
  expect(overrideOf('block', scope, { minutes: 60, client: '192.0.2.7' })).toMatchObject({ client: '192.0.2.7' })
})
