/** The value of AdGuard's `$dnsrewrite`: what of it a rule can say. */
import { parseDomainName } from '../dns/domain-name.ts'
import { parseAddress } from '../dns/ip-address.ts'
import type { ModifierEffect } from './modifier-effect.ts'

const ANSWER_OF_RCODE = { NXDOMAIN: 'nxdomain', REFUSED: 'refused', NOERROR: 'nodata' } as const

/** @returns a reason when no rule can say it */
export function parseDnsRewrite(value: string): ModifierEffect | string {
  const [first = '', type = '', ...rest] = value.split(';')
  if (value === '') return 'an empty $dnsrewrite is not supported'
  const rcode = first.toUpperCase()
  if (!value.includes(';')) {
    if (Object.hasOwn(ANSWER_OF_RCODE, rcode)) return answer(rcode as keyof typeof ANSWER_OF_RCODE)
    return fromData(value)
  }
  if (!Object.hasOwn(ANSWER_OF_RCODE, rcode)) return `$dnsrewrite with RCODE '${first.slice(0, 20)}' is not supported`
  if (type === '' && rest.join('') === '') return answer(rcode as keyof typeof ANSWER_OF_RCODE)
  if (rcode !== 'NOERROR') return '$dnsrewrite gives data with an RCODE other than NOERROR'
  return fromRecord(type.toUpperCase(), rest.join(';'))
}

const answer = (rcode: keyof typeof ANSWER_OF_RCODE): ModifierEffect => ({
  kind: 'answer',
  answer: { kind: ANSWER_OF_RCODE[rcode] },
})

function fromRecord(type: string, data: string): ModifierEffect | string {
  const octets = parseAddress(data)
  if (type === 'A' && octets?.length === 4) return { kind: 'local', ipv4: [data], ipv6: [] }
  if (type === 'AAAA' && octets?.length === 16) return { kind: 'local', ipv4: [], ipv6: [data] }
  if (type === 'CNAME') return { kind: 'alias', target: data, keepsLabels: false }
  return `$dnsrewrite with a record of type '${type.slice(0, 20)}' and this value is not supported`
}

/** Addresses, or one name. */
function fromData(value: string): ModifierEffect | string {
  const ipv4: string[] = []
  const ipv6: string[] = []
  for (const part of value.split('|')) {
    const octets = parseAddress(part)
    if (!octets) {
      const name = parseDomainName(value)
      return name.ok
        ? { kind: 'alias', target: name.value, keepsLabels: false }
        : `$dnsrewrite '${value}': ${name.error}`
    }
    ;(octets.length === 4 ? ipv4 : ipv6).push(part)
  }
  return { kind: 'local', ipv4, ipv6 }
}
