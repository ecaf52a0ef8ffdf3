/**
 * SvcParams of SVCB and HTTPS records (RFC 9460 §2.1, §7 and appendix A; `dohpath` RFC 9461, `ohttp` RFC 9540):
 * `alpn=h2,h3 port=8443 ipv4hint=192.0.2.1` ↔ wire format, ascending by key.
 */
import { fail, ok, type Result } from '../result.ts'
import { parseIpv4, parseIpv6 } from './ip-address.ts'
import { decodeText, quoteText } from './presentation.ts'

const KEYS = [
  'mandatory',
  'alpn',
  'no-default-alpn',
  'port',
  'ipv4hint',
  'ech',
  'ipv6hint',
  'dohpath',
  'ohttp',
] as const
const MANDATORY = 0

export interface ServiceParameters {
  readonly octets: readonly number[]
  /** In the order of the keys, values quoted where they must be. */
  readonly text: string
}

interface Parameter {
  readonly key: number
  readonly value: readonly number[]
  readonly text: string
}

/** @param fields `key`, `key=value`, without quotes, escapes not yet read */
export function parseServiceParameters(fields: readonly string[]): Result<ServiceParameters, string> {
  const parameters: Parameter[] = []
  for (const field of fields) {
    const parameter = parseParameter(field)
    if (!parameter.ok) return parameter
    if (parameters.some(({ key }) => key === parameter.value.key)) return fail(`'${field}': the key stands twice`)
    parameters.push(parameter.value)
  }
  parameters.sort((a, b) => a.key - b.key)
  const mandatory = parameters.find(({ key }) => key === MANDATORY)
  if (mandatory && !areKeysThere(mandatory.value, parameters)) return fail('mandatory names a key that is not there')
  const octets = parameters.flatMap(({ key, value }) => [...uint16(key), ...uint16(value.length), ...value])
  return ok({ octets, text: parameters.map(({ text }) => text).join(' ') })
}

function areKeysThere(value: readonly number[], parameters: readonly Parameter[]): boolean {
  for (let at = 0; at < value.length; at += 2) {
    const named = value[at]! * 256 + value[at + 1]!
    if (named === MANDATORY || !parameters.some(({ key }) => key === named)) return false
  }
  return true
}

export const uint16 = (value: number): [number, number] => [value >> 8, value & 0xff]

function keyNumber(name: string): number | undefined {
  const known = (KEYS as readonly string[]).indexOf(name)
  if (known >= 0) return known
  const generic = /^key(\d{1,5})$/.exec(name)
  return generic && Number(generic[1]) < 0xffff ? Number(generic[1]) : undefined
}

const keyName = (key: number): string => KEYS[key] ?? `key${key}`

function parseParameter(field: string): Result<Parameter, string> {
  const equals = field.indexOf('=')
  const name = (equals < 0 ? field : field.slice(0, equals)).toLowerCase()
  const key = keyNumber(name)
  if (key === undefined) return fail(`'${name.slice(0, 40)}' is not a key of a service parameter`)
  const raw = decodeText(equals < 0 ? '' : field.slice(equals + 1))
  const value = raw && parseValue(key, raw)
  if (value === undefined || value.length > 0xffff) return fail(`'${field.slice(0, 80)}' is not a valid parameter`)
  return ok({ key, value, text: raw!.length === 0 ? keyName(key) : `${keyName(key)}=${valueText(raw!)}` })
}

const valueText = (raw: Uint8Array): string => {
  const quoted = quoteText(raw)
  return /^"[a-z0-9./:,=?{}+_-]+"$/i.test(quoted) ? quoted.slice(1, -1) : quoted
}

/** Wire form of one value; undefined when it does not fit the key. */
function parseValue(key: number, raw: Uint8Array): readonly number[] | undefined {
  const text = String.fromCharCode(...raw)
  const items = text.split(/(?<!\\),/)
  switch (keyName(key)) {
    case 'mandatory':
      return parseMandatory(items)
    case 'alpn':
      return parseAlpn(items)
    case 'no-default-alpn':
    case 'ohttp':
      return text === '' ? [] : undefined
    case 'port':
      return /^\d{1,5}$/.test(text) && Number(text) <= 0xffff ? uint16(Number(text)) : undefined
    case 'ipv4hint':
      return parseHints(items, parseIpv4)
    case 'ipv6hint':
      return parseHints(items, parseIpv6)
    case 'ech':
      return parseBase64(text)
    case 'dohpath':
      return text.startsWith('/') && text.includes('{?dns}') ? [...raw] : undefined
    default:
      return [...raw]
  }
}

function parseMandatory(items: readonly string[]): number[] | undefined {
  const keys = items.map((item) => keyNumber(item.toLowerCase()))
  if (keys.some((key) => key === undefined) || new Set(keys).size < keys.length) return undefined
  return (keys as number[]).sort((a, b) => a - b).flatMap(uint16)
}

/** Protocol ids, each with its length before it (RFC 9460 §7.1.1). */
function parseAlpn(items: readonly string[]): number[] | undefined {
  const ids = items.map((item) => [...item.replace(/\\(.)/gs, '$1')].map((character) => character.charCodeAt(0)))
  if (ids.some(({ length }) => length === 0 || length > 255)) return undefined
  return ids.flatMap((id) => [id.length, ...id])
}

function parseHints(items: readonly string[], parse: (text: string) => Uint8Array | undefined): number[] | undefined {
  const addresses = items.map((item) => parse(item))
  return addresses.every((address) => address !== undefined) ? addresses.flatMap((address) => [...address]) : undefined
}

function parseBase64(text: string): number[] | undefined {
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  return [...atob(text)].map((character) => character.charCodeAt(0))
}
