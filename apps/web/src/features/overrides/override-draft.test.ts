import { describe, expect, it } from 'vitest'
import { EMPTY, readDraft } from './override-draft.ts'

const NOW = Date.UTC(2026, 0, 5, 12)
const local = (atMs: number) => {
  const date = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000)
  return date.toISOString().slice(0, 16)
}
const read = (draft: Partial<typeof EMPTY>) => readDraft({ ...EMPTY, ...draft }, NOW)

describe('the form of an override', () => {
  it('pauses for ten minutes unless something else is said', () => {
    expect(read({})).toEqual({ input: { kind: 'pause', minutes: 10, comment: '' }, faults: {} })
  })

  it('ends at a time, which is not in the past', () => {
    const until = NOW + 3_600_000
    expect(read({ length: 'until', until: local(until) }).input).toMatchObject({ until })
    expect(read({ length: 'until', until: local(until) }).input).not.toHaveProperty('minutes')
    const past = read({ length: 'until', until: local(NOW - 60_000) })
    expect(past.input).toBeNull()
    expect(past.faults['until']).toContain('in the past')
    expect(read({ length: 'until' })).toEqual({ input: null, faults: {} })
  })

  it.each(['0', '-5', '1.5', 'ten'])('takes no %s minutes, and says so', (minutes) => {
    const { input, faults } = read({ length: 'other', minutes })
    expect(input).toBeNull()
    expect(faults['minutes']).toBeDefined()
  })

  it('is for one client or a group, and about a name where it needs one', () => {
    expect(read({ kind: 'block', whom: '3', name: ' game.example ' }).input).toMatchObject({
      ...{ kind: 'block', groupId: 3, name: 'game.example' },
    })
    expect(read({ kind: 'offline', whom: 'client' })).toEqual({ input: null, faults: {} })
    expect(read({ kind: 'offline', whom: 'client', client: '192.0.2.300' }).faults['client']).toContain('192.0.2.300')
    expect(read({ kind: 'allow', name: 'a..b' }).faults['name']).toBeDefined()
  })
})
