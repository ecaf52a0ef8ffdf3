/** What a rule leads to, besides blocking and allowing names: read from its row once, addresses and records as octets. */
import { toWire } from '@weir/shared/dns/domain-name'
import { type AddressPrefix, parseIpv4, parseIpv6, parsePrefix } from '@weir/shared/dns/ip-address'
import { parseRcode, Rcode } from '@weir/shared/dns/rcode'
import { parseRecordData, type RecordData } from '@weir/shared/dns/record-data'
import type { AddressRewrite, LocalAnswer, NameTarget } from '../query/policy-parts.ts'
import type { RuleRow } from './policy-data.ts'

/** TTL of local answers and aliases that name none. */
const LOCAL_TTL_SECONDS = 300

/** One at most is set. */
export interface RuleEffect {
  readonly local: LocalAnswer | null
  readonly alias: NameTarget | null
  readonly servers: readonly string[] | null
  readonly rewrite: AddressRewrite | null
  /** Addresses in answers that it blocks or allows. */
  readonly addresses: AddressPrefix | null
}

const NO_EFFECT: RuleEffect = { local: null, alias: null, servers: null, rewrite: null, addresses: null }

/**
 * @param name the pattern's, on the wire; null: it has none
 * @throws RangeError for a damaged row, which lacks what its action needs
 */
export function effectOf(row: RuleRow, name: Uint8Array | null): RuleEffect {
  const { action, match } = row
  if (action === 'forward') return { ...NO_EFFECT, servers: required(row.servers, 'servers') }
  if (action === 'alias') return { ...NO_EFFECT, alias: aliasTarget(row, name!) }
  if (action !== 'rewrite')
    return match === 'address' ? { ...NO_EFFECT, addresses: parsed(parsePrefix, row.pattern) } : NO_EFFECT
  if (match === 'address') return { ...NO_EFFECT, rewrite: addressRewrite(row) }
  const alias = recordAlias(row)
  return alias ? { ...NO_EFFECT, alias } : { ...NO_EFFECT, local: localAnswer(row) }
}

function required<T extends string | readonly string[]>(value: T | undefined, field: string): T {
  if (value === undefined || value.length === 0) throw new RangeError(`its ${field} is missing`)
  return value
}

/** Shared: an empty array of its own would be 32 octets in each of many rules. */
const NONE: readonly never[] = []
const mapped = <T>(texts: readonly string[] | undefined, read: (text: string) => T): readonly T[] =>
  texts === undefined || texts.length === 0 ? NONE : texts.map(read)

const localAnswer = (row: RuleRow): LocalAnswer => ({
  ipv4: mapped(row.ipv4, (text) => parsed(parseIpv4, text)),
  ipv6: mapped(row.ipv6, (text) => parsed(parseIpv6, text)),
  pointers: NONE,
  records: mapped(row.records, (text) => parsed(recordData, text)),
  rcode: row.rcode === undefined ? Rcode.NOERROR : parsed(parseRcode, row.rcode),
  ttlSeconds: row.ttlSeconds ?? LOCAL_TTL_SECONDS,
})

function recordData(text: string): RecordData | undefined {
  const record = parseRecordData(text)
  return record.ok ? record.value : undefined
}

/** A CNAME among the records of a rewrite: every name that matches leads to it. */
function recordAlias(row: RuleRow): NameTarget | null {
  const [record] = row.records ?? []
  if (record === undefined || !record.startsWith('CNAME ')) return null
  return {
    target: parsed(recordData, record).rdata,
    isSuffix: false,
    sourceLength: 0,
    ttlSeconds: row.ttlSeconds ?? LOCAL_TTL_SECONDS,
  }
}

const aliasTarget = (row: RuleRow, name: Uint8Array): NameTarget => ({
  target: toWire(required(row.target, 'target')),
  isSuffix: row.match !== 'exact',
  sourceLength: name.length,
  ttlSeconds: row.ttlSeconds ?? LOCAL_TTL_SECONDS,
})

function addressRewrite(row: RuleRow): AddressRewrite {
  const prefix = parsed(parsePrefix, row.pattern)
  const target = parsed(parsePrefix, required(row.target, 'target'))
  if (prefix.octets.length !== target.octets.length) throw new RangeError('pattern and target are of two families')
  return { prefix: prefix.octets, prefixBits: prefix.bits, target: target.octets, ruleId: row.id }
}

function parsed<T>(parse: (text: string) => T | undefined, text: string): T {
  const value = parse(text)
  if (value === undefined) throw new RangeError(`'${text}' is no address`)
  return value
}

/** The prefix that an address rewrite stands under. */
export const prefixOf = ({ prefix, prefixBits }: AddressRewrite): AddressPrefix => ({
  octets: prefix,
  bits: prefixBits,
})
