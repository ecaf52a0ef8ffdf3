import { expect, it } from 'vitest'
import { holdingChoices, overrideOf, ruleOf } from './holds-for.ts'

it('offers single clients only where one is known', () => {
  expect(holdingChoices('192.0.2.7').map(({ label }) => label)).toEqual([
    'everyone, for good',
    'everyone, for 10 minutes',
    'everyone, for 1 hour',
    '192.0.2.7, for good',
    '192.0.2.7, for 10 minutes',
    '192.0.2.7, for 1 hour',
    '192.0.2.7, for 1 day',
  ])
  for (const unknown of [null, '', '192.0.2.0/24']) expect(holdingChoices(unknown)).toHaveLength(3)
})

it('makes an override of a choice', () => {
  const scope = { match: 'suffix', pattern: 'example.org', label: '' } as const
  expect(overrideOf('allow', scope, { minutes: 10, client: null, groupId: null })).toEqual({
    kind: 'allow',
    name: 'example.org',
    minutes: 10,
  })
  expect(overrideOf('block', scope, { minutes: 60, client: '192.0.2.7', groupId: null })).toMatchObject({
    client: '192.0.2.7',
  })
})

it('makes a rule for a group or a client alone', () => {
  const scope = { match: 'exact', pattern: 'example.org', label: '' } as const
  const choices = holdingChoices('192.0.2.7', { id: 3, name: 'Children' })
  const named = (label: string) => choices.find((choice) => choice.label === label)!
  const rule = { action: 'block', match: 'exact', pattern: 'example.org' }
  expect(ruleOf('block', scope, named('group Children, for good'))).toEqual({ ...rule, groups: [3] })
  expect(ruleOf('block', scope, named('192.0.2.7, for good'))).toEqual({ ...rule, clients: ['192.0.2.7'] })
  expect(ruleOf('block', scope, named('everyone, for good'))).toEqual(rule)
  const held = named('group Children, for 10 minutes')
  expect(overrideOf('allow', scope, { ...held, minutes: 10 })).toMatchObject({ groupId: 3, minutes: 10 })
})
