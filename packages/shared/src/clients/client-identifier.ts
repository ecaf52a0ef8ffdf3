/**
 * What a client is known by, as text: an address or prefix, `id:tablet` (its client id), `name:tablet.example` (the name that
 * a PTR query for its address gives).
 */
import { parseDomainName } from '../dns/domain-name.ts'
import { formatPrefix, parsePrefix } from '../dns/ip-address.ts'
import { fail, ok, type Result } from '../result.ts'

export const CLIENT_KINDS = ['address', 'prefix', 'client-id', 'reverse-name'] as const
export type ClientKind = (typeof CLIENT_KINDS)[number]

export const MAX_CLIENT_ID_CHARACTERS = 63
/** One label of a DNS name, as it stands in a path or before a server name. */
const CLIENT_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The canonical client id, in lower case; undefined for what is none. */
export function parseClientId(text: string): string | undefined {
  if (text.length > MAX_CLIENT_ID_CHARACTERS) return undefined
  const id = text.toLowerCase()
  return CLIENT_ID.test(id) ? id : undefined
}

/** Of a canonical identifier. */
export function clientKind(identifier: string): ClientKind {
  if (identifier.startsWith('id:')) return 'client-id'
  if (identifier.startsWith('name:')) return 'reverse-name'
  return identifier.includes('/') ? 'prefix' : 'address'
}

/** Canonical text; the error is a reason in words. */
export function parseClientIdentifier(text: string): Result<string, string> {
  const trimmed = text.trim()
  const [, kind, value = ''] = /^(id|name):(.*)$/i.exec(trimmed) ?? []
  if (kind === undefined) {
    const prefix = parsePrefix(trimmed)
    return prefix ? ok(formatPrefix(prefix)) : fail(`'${text}' is not an address or a prefix such as 192.0.2.0/24`)
  }
  if (kind.toLowerCase() === 'id') {
    const id = parseClientId(value.trim())
    return id === undefined
      ? fail(`'${value}' is no client id: letters, digits and hyphens, at most 63`)
      : ok(`id:${id}`)
  }
  const name = parseDomainName(value.trim())
  if (!name.ok) return fail(`'${value}': ${name.error}`)
  return name.value === '' ? fail('a reverse name is needed behind name:') : ok(`name:${name.value}`)
}
