/** Ranges of clients that hold one another: allowed, since the longest prefix counts; both sides are named. */
import { type AddressPrefix, parsePrefix } from '@weir/shared/dns/ip-address'
import type { ClientRow } from './repository.ts'

/** So many are named; of more, how many. */
const MAX_NAMED = 3

type Entry = Pick<ClientRow, 'id' | 'identifier' | 'groupId'>

interface Held {
  readonly named: Entry[]
  count: number
}

/** Of all entries at once: each is looked up under the lengths of prefix that there are, and compared with no other. */
export class Overlaps {
  readonly #entries = new Map<string, Entry>()
  /** Lengths that are there, the longest first; by octets of an address. */
  readonly #lengths = new Map<number, number[]>()
  /** By id of the entry that holds them. */
  readonly #held = new Map<number, Held>()

  constructor(all: readonly Entry[]) {
    const prefixes = all.flatMap((entry) => {
      const prefix = parsePrefix(entry.identifier)
      return prefix ? [{ entry, prefix }] : []
    })
    for (const { entry, prefix } of prefixes) {
      this.#entries.set(keyOf(prefix, prefix.bits), entry)
      const lengths = this.#lengths.get(prefix.octets.length) ?? []
      if (!lengths.includes(prefix.bits)) lengths.push(prefix.bits)
      this.#lengths.set(prefix.octets.length, lengths)
    }
    for (const lengths of this.#lengths.values()) lengths.sort((a, b) => b - a)
    for (const { entry, prefix } of prefixes) for (const holder of this.#holdersOf(prefix)) this.#note(holder, entry)
  }

  /** @param groupName for the other side */
  notes(entry: Entry, groupName: (id: number) => string): string[] {
    const own = parsePrefix(entry.identifier)
    if (!own) return []
    const nameOf = ({ identifier, groupId }: Entry): string => `${identifier} (group ${groupName(groupId)})`
    const notes: string[] = []
    const [holder] = this.#holdersOf(own)
    if (holder) notes.push(`${nameOf(holder)} holds it too: ${entry.identifier} is longer and counts here`)
    const held = this.#held.get(entry.id)
    if (held) {
      const rest = held.count > MAX_NAMED ? ` and ${held.count - MAX_NAMED} more` : ''
      const named = held.named.map(nameOf).join(', ')
      notes.push(`it holds ${named}${rest}: there the longer prefix counts, not ${entry.identifier}`)
    }
    return notes
  }

  /** The longest first. */
  #holdersOf(prefix: AddressPrefix): Entry[] {
    const shorter = (this.#lengths.get(prefix.octets.length) ?? []).filter((bits) => bits < prefix.bits)
    return shorter.flatMap((bits) => this.#entries.get(keyOf(prefix, bits)) ?? [])
  }

  #note(holder: Entry, entry: Entry): void {
    const held = this.#held.get(holder.id) ?? { named: [], count: 0 }
    this.#held.set(holder.id, held)
    if (held.count++ < MAX_NAMED) held.named.push(entry)
  }
}

/** The first `bits` of an address, as text. */
function keyOf({ octets }: AddressPrefix, bits: number): string {
  const masked = octets.map((octet, i) => octet & (0xff00 >> Math.max(0, Math.min(8, bits - 8 * i))) & 0xff)
  return `${bits}/${masked.join('.')}`
}
