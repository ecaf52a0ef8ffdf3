/** Lists for tests, in a few words. */
import type { NameMatch } from '@weir/shared/lists/name-class'
import type { ListRow, RuleRow } from './policy-data.ts'

export interface ListEntryFixture {
  readonly name: string
  readonly match: NameMatch
  readonly allows?: boolean
  readonly important?: boolean
}
export interface ListFixture extends Partial<ListRow> {
  readonly id: number
  readonly entries?: readonly ListEntryFixture[]
  readonly rules?: readonly RuleRow[]
}

export const reversedOctets = (name: string): Uint8Array =>
  new TextEncoder().encode(name.split('.').reverse().join('\0'))
