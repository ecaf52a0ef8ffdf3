import type { List } from '@weir/shared/contract/lists'
import { describe, expect, it } from 'vitest'
import { listLevel, stateText } from './list-words.ts'

const list = (patch: Partial<List>): List =>
  ({ source: 'url', enabled: true, state: 'active', progress: null, lastError: null, ...patch }) as List

describe('the state of a list', () => {
  it.each<[Partial<List>, string, string]>([
    [{}, 'In effect', 'ok'],
    [{ pinned: true }, 'In effect, pinned', 'ok'],
    [{ enabled: false, state: 'disabled' }, 'Off', 'off'],
    [{ lastError: '503' }, 'Update failed', 'bad'],
    [{ state: 'held' }, 'Held for review', 'waits'],
    [{ state: 'empty' }, 'Empty', 'ok'],
    [{ progress: { phase: 'parsing', share: 0.43, octets: 9, lines: 171_000 } }, 'Reading 43.0 %, 171 k lines', 'busy'],
    [{ progress: { phase: 'fetching', share: null, octets: 4096, lines: 0 } }, 'Fetching, 4.0 KB', 'busy'],
    [
      { source: 'content', progress: { phase: 'fetching', share: null, octets: 4096, lines: 0 } },
      'Receiving, 4.0 KB',
      'busy',
    ],
  ])('%j: %s', (patch, text, level) => {
    expect(stateText(list(patch))).toBe(text)
    expect(listLevel(list(patch))).toBe(level)
  })
})
