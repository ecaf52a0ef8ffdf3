import type { Client, SeenClient } from '@weir/shared/contract/clients'
import { describe, expect, it } from 'vitest'
import { openClient } from './clients-search.ts'

const ENTRIES = [{ id: 4, identifier: '192.0.2.7', name: 'Tablet' }] as Client[]
const SEEN = [{ address: '192.0.2.9', name: 'phone.example', groupId: 2 }] as SeenClient[]

describe('the client of the address bar', () => {
  it.each([
    ['its entry', '192.0.2.7', { id: 4, identifier: '192.0.2.7', name: 'Tablet' }],
    ['a new entry for who was seen', '192.0.2.9', { identifier: '192.0.2.9', name: 'phone.example', groupId: 2 }],
    ['a new entry for who never asked', 'ID:Phone', { identifier: 'id:phone' }],
    ['a new entry', 'new', {}],
    ['nothing for what is none', 'tablet', undefined],
    ['nothing without any', undefined, undefined],
  ])('is %s', (_, open, expected) => expect(openClient(open, ENTRIES, SEEN)).toEqual(expected))

  it('is waited for: a form that was made too early would make a second entry', () => {
    expect(openClient('192.0.2.7', undefined, SEEN)).toBeUndefined()
    expect(openClient('192.0.2.7', ENTRIES, undefined)).toBeUndefined()
  })
})
