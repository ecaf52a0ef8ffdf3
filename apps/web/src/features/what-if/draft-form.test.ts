import type { DraftChange } from '@weir/shared/contract/simulation'
import { describe, expect, it } from 'vitest'
import { changeOf, draftInWords, fieldsOf } from './draft-form.ts'

const LIST = { id: 7, enabled: true }
const ENGINE = { id: 'google', enabled: false }

describe('a draft and the fields of the form', () => {
  it.each([
    { kind: 'block', text: 'example.org', listId: '', engineId: '' },
    { kind: 'allow', text: 'example.org', listId: '', engineId: '' },
    { kind: 'list-url', text: 'https://lists.example.org/hosts.txt', listId: '', engineId: '' },
    { kind: 'list-text', text: '0.0.0.0 a.example\n', listId: '', engineId: '' },
    { kind: 'list-switch', text: '', listId: '7', engineId: '' },
    { kind: 'safe-search', text: '', listId: '', engineId: 'google' },
  ] as const)('come back from each other: $kind', (fields) => {
    expect(fieldsOf([changeOf(fields, LIST, ENGINE)!])).toEqual(fields)
  })

  it('are no match where the form would lose something', () => {
    const rule = { action: 'block', match: 'suffix', pattern: 'example.org' } as const
    expect(fieldsOf([{ kind: 'rule', rule: { ...rule, important: true } }])).toBeNull()
    expect(fieldsOf([{ kind: 'rule', id: 3, rule }])).toBeNull()
    expect(fieldsOf([{ kind: 'list', id: 7, enabled: true, groups: [2] }])).toBeNull()
    expect(fieldsOf([{ kind: 'list', id: 7, versionId: 3 }])).toBeNull()
    expect(fieldsOf(null)).toBeNull()
  })

  it('keeps the name of a list by a long URL within its bound', () => {
    const url = `https://lists.example.org/${'a'.repeat(300)}`
    const change = changeOf({ kind: 'list-url', text: url }, undefined, undefined) as Extract<
      DraftChange,
      { kind: 'list' }
    >
    expect(change.name).toHaveLength(200)
    expect(change.url).toBe(url)
  })
})

it('says a draft in words', () => {
  const words = draftInWords(
    [
      { kind: 'rule', rule: { action: 'block', match: 'suffix', pattern: 'example.org' } },
      { kind: 'rule', id: 4, rule: null },
      { kind: 'list', id: 7, enabled: false },
      { kind: 'list', id: 7, versionId: 12 },
      { kind: 'safe-search', id: 'google', enabled: true },
    ],
    () => 'Ads',
  )
  expect(words).toBe(
    'Blocks example.org and everything below it. Deletes rule 4. Switches list Ads off. Takes version 12 of list Ads. Switches safe search of google on.',
  )
})

it('tells a list that would act, and only the number of many services', () => {
  const services = ['netflix', 'twitch', 'youtube', 'vimeo'].map(
    (id) => ({ kind: 'service', id, enabled: true }) as const,
  )
  expect(draftInWords([{ kind: 'list', id: 7, shadow: false }], () => 'Ads')).toBe('Makes list Ads act.')
  expect(draftInWords(services.slice(0, 2), String)).toBe('Changes service netflix. Changes service twitch.')
  expect(draftInWords(services, String)).toBe('Changes 4 services.')
})
