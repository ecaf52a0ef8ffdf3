/** Lists for tests, in a few words. */
import type { ListFormat } from '@weir/shared/contract/lists'
import { ListParser, type ListSink } from '@weir/shared/lists/list-parser'
import { isAllowClass, isImportantClass, matchOfClass, type NameMatch } from '@weir/shared/lists/name-class'
import { checkRule } from '@weir/shared/rules/check-rule'
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

/** A list as its text is read. @throws Error for a line that is refused */
export function listOfText({ text, format = 'auto', ...list }: ListFixture & ListText): ListFixture {
  const entries: ListEntryFixture[] = []
  const rules: RuleRow[] = []
  const sink: ListSink = {
    name: (named, octets, offset, length) => {
      const name = new TextDecoder('latin1').decode(octets.subarray(offset, offset + length))
      const isAllow = isAllowClass(named)
      entries.push({ name, match: matchOfClass(named), allows: isAllow, important: isImportantClass(named) })
    },
    rule: (line, written, input) => {
      const checked = checkRule(input)
      if (!checked.ok) throw new Error(`line ${line}: ${written}`)
      rules.push({ ...checked.value, id: 0 })
    },
    rejected: (line, written, reason) => {
      throw new Error(`line ${line}: ${written}: ${reason}`)
    },
    ignored: () => undefined,
  }
  const parser = new ListParser(list.kind ?? 'block', format, sink, list.mayAnswer ?? false)
  parser.push(new TextEncoder().encode(text.join('\n')))
  const read = parser.finish()
  if (!read.ok) throw new Error(read.error)
  return { ...list, entries, rules }
}

interface ListText {
  /** Its lines. */
  readonly text: readonly string[]
  readonly format?: ListFormat
}

export const reversedOctets = (name: string): Uint8Array =>
  new TextEncoder().encode(name.split('.').reverse().join('\0'))
