/**
 * Step 2 of design section 3: the timed overrides, the most particular first.
 *
 * A client's own (its client id, then the longest prefix) beat its group's, and those beat everyone's; for the same clients, those of a name
 * (longest first) beat those of all names, and the newest beats the older. There are few: a query looks through all.
 */
import { parseDomainName, splitLabels, toWire } from '@weir/shared/dns/domain-name'
import { IPV4_OCTETS, parsePrefix, toMapped } from '@weir/shared/dns/ip-address'
import type { QueryClient } from '../query/query-client.ts'
import type { NameOctets } from './name-hash.ts'
import type { OverrideRow } from './policy-data.ts'

/** Bits in front of an IPv4 address in its mapped form, ::ffff:0:0/96. */
const MAPPED_BITS = 96

/** In front of client ids. */
const ID_MARK = 'id:'

type OverriddenClient = Pick<Required<QueryClient>, 'clientAddress' | 'clientId'>

interface CompiledOverride {
  readonly row: OverrideRow
  /** Wire labels, lower case, with the final zero; null: all names. */
  readonly name: Uint8Array | null
  readonly labels: number
  /** 16 octets; null: not for a client. */
  readonly prefix: Uint8Array | null
  readonly prefixBits: number
  /** Null: not for a client id. */
  readonly clientId: string | null
}

export class OverrideTable {
  readonly #overrides: readonly CompiledOverride[]
  /** From then on none holds. */
  readonly lastEndMs: number

  /** Rows that cannot be read are left out. */
  constructor(rows: readonly OverrideRow[]) {
    this.#overrides = rows.flatMap((row) => compile(row) ?? []).sort(byParticularity)
    this.lastEndMs = Math.max(0, ...this.#overrides.map(({ row }) => row.endsAt))
  }

  /**
   * The override that counts for this question, or null.
   * @param client its address of 16 octets, and its client id, empty for none
   */
  find(name: NameOctets, groupId: number, client: OverriddenClient, nowMs: number): OverrideRow | null {
    for (const override of this.#overrides) {
      const { row, prefix, prefixBits } = override
      if (nowMs >= row.endsAt || (row.groupId !== null && row.groupId !== groupId)) continue
      if (override.clientId !== null && override.clientId !== client.clientId) continue
      if (prefix !== null && !isUnder(client.clientAddress, prefix, prefixBits)) continue
      if (override.name === null || isAtOrBelow(name, override.name, override.labels)) return row
    }
    return null
  }
}

function compile(row: OverrideRow): CompiledOverride | undefined {
  const name = row.name === null ? null : parseDomainName(row.name)
  const clientId = row.client?.startsWith(ID_MARK) ? row.client.slice(ID_MARK.length) : null
  const prefix = row.client === null || clientId !== null ? null : parsePrefix(row.client)
  if (prefix === undefined || name?.ok === false) return undefined
  const isIpv4 = prefix?.octets.length === IPV4_OCTETS
  return {
    row,
    name: name && toWire(name.value),
    labels: name ? splitLabels(name.value).length : 0,
    prefix: prefix && (isIpv4 ? toMapped(prefix.octets) : prefix.octets),
    prefixBits: prefix ? prefix.bits + (isIpv4 ? MAPPED_BITS : 0) : 0,
    clientId,
  }
}

function byParticularity(a: CompiledOverride, b: CompiledOverride): number {
  return (
    scopeOf(b) - scopeOf(a) ||
    b.prefixBits - a.prefixBits ||
    b.labels - a.labels ||
    b.row.createdAt - a.row.createdAt ||
    b.row.id - a.row.id
  )
}

function scopeOf({ clientId, prefix, row }: CompiledOverride): number {
  if (clientId !== null) return 3
  return prefix !== null ? 2 : row.groupId !== null ? 1 : 0
}

function isUnder(address: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  const whole = bits >>> 3
  for (let i = 0; i < whole; i++) if (address[i] !== prefix[i]) return false
  const rest = bits & 7
  return rest === 0 || (address[whole]! ^ prefix[whole]!) >>> (8 - rest) === 0
}

function isAtOrBelow({ qname, labelOffsets, labelCount }: NameOctets, name: Uint8Array, labels: number): boolean {
  if (labels > labelCount) return false
  const start = labelOffsets[labelCount - labels]!
  for (let i = 0; i < name.length; i++) if (qname[start + i] !== name[i]) return false
  return true
}
