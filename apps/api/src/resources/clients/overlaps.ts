/** Ranges of clients that hold one another: allowed, since the longest prefix counts; both sides are named. */
import { type AddressPrefix, parsePrefix, prefixContains } from '@weir/shared/dns/ip-address'
import type { ClientRow } from './repository.ts'

/** So many are named; of more, how many. */
const MAX_NAMED = 3

type Entry = Pick<ClientRow, 'id' | 'identifier' | 'groupId'>

/** @param groupName for the other side */
export function overlapNotes(entry: Entry, all: readonly Entry[], groupName: (id: number) => string): string[] {
  const own = parsePrefix(entry.identifier)
  if (!own) return []
  const held: Entry[] = []
  let holder: { readonly entry: Entry; readonly bits: number } | undefined
  for (const other of all) {
    if (other.id === entry.id) continue
    const prefix = parsePrefix(other.identifier)
    if (!prefix || prefix.octets.length !== own.octets.length) continue
    if (prefix.bits < own.bits && holds(prefix, own) && (!holder || prefix.bits > holder.bits))
      holder = { entry: other, bits: prefix.bits }
    else if (prefix.bits > own.bits && holds(own, prefix)) held.push(other)
  }
  const nameOf = ({ identifier, groupId }: Entry): string => `${identifier} (group ${groupName(groupId)})`
  const notes: string[] = []
  if (holder) notes.push(`${nameOf(holder.entry)} holds it too: ${entry.identifier} is longer and counts here`)
  if (held.length > 0) {
    const named = held.slice(0, MAX_NAMED).map(nameOf).join(', ')
    const rest = held.length > MAX_NAMED ? ` and ${held.length - MAX_NAMED} more` : ''
    notes.push(`it holds ${named}${rest}: there the longer prefix counts, not ${entry.identifier}`)
  }
  return notes
}

const holds = (outer: AddressPrefix, inner: AddressPrefix): boolean => prefixContains(outer, inner.octets)
