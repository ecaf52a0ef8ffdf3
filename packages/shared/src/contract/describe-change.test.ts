import { describe, expect, it } from 'vitest'
import { diffOf } from './describe-change.ts'

describe('the difference of two states', () => {
  it('names what differs and leaves out the rest', () => {
    expect(diffOf({ pattern: 'example.org', enabled: true }, { pattern: 'example.org', enabled: false })).toEqual([
      { field: 'enabled', before: 'true', after: 'false' },
    ])
  })
  it('walks objects and shows lists as text', () => {
    expect(diffOf({ answer: { ipv4: ['192.0.2.1'] } }, { answer: { ipv4: ['192.0.2.1', '192.0.2.2'] } })).toEqual([
      { field: 'answer.ipv4', before: '192.0.2.1', after: '192.0.2.1, 192.0.2.2' },
    ])
  })
  it('names groups, schedules and clients, whatever holds their ids', () => {
    const names = { group: (id: number) => `G${id}`, schedule: (id: number) => `S${id}` }
    const terms = [
      { group: 2, enabled: true, schedule: 3 },
      { group: 4, enabled: false, schedule: null },
    ]
    expect(diffOf({ perGroup: [] }, { perGroup: terms }, names)).toEqual([
      { field: 'perGroup', before: '', after: 'G2: by S3, G4: never' },
    ])
    expect(diffOf({ quarantineGroup: null }, { quarantineGroup: 2 }, names)[0]?.after).toBe('G2')
    const entries = [
      { identifier: '192.0.2.7', name: 'Tablet', tags: [], comment: '' },
      { identifier: 'id:tv', name: '', tags: ['x'], comment: '' },
    ]
    expect(diffOf({ entries }, {})[0]?.before).toBe('Tablet (192.0.2.7), id:tv')
  })
  it('shows what the guard of lists has found in its words', () => {
    const findings = [{ kind: 'shrinks', detail: 'shrinks by 83.9 %', total: 0, names: [] }]
    expect(diffOf({ findings }, null)[0]?.before).toBe('shrinks by 83.9 %')
  })
  it('leaves out what was never set', () => {
    expect(diffOf(null, { name: 'Ads', comment: '', groups: [], expiresAt: null })).toEqual([
      { field: 'name', before: undefined, after: 'Ads' },
    ])
  })
  it('shows what is new and what is gone', () => {
    expect(diffOf(null, { name: 'Ads' })).toEqual([{ field: 'name', before: undefined, after: 'Ads' }])
    expect(diffOf({ name: 'Ads' }, null)).toEqual([{ field: 'name', before: 'Ads', after: undefined }])
    expect(diffOf({ until: 5 }, { until: null })).toEqual([{ field: 'until', before: '5', after: 'null' }])
  })
})
