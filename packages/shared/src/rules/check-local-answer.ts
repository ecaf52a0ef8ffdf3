/** Checks and normalises what a name is answered with: addresses, other records, or an RCODE alone. */
import type { RuleInput } from '../contract/rules.ts'
import { formatRcode, parseRcode } from '../dns/rcode.ts'
import { parseRecordData } from '../dns/record-data.ts'
import { RrType } from '../dns/rr-type.ts'
import { checkAddresses } from './check-answer.ts'
import type { CheckedRule, FieldFault } from './checked-rule.ts'

type LocalInput = Exclude<RuleInput & { action: 'rewrite' }, { match: 'address' }>
type Local = Pick<CheckedRule, 'ipv4' | 'ipv6' | 'records' | 'rcode' | 'overridesBlock'>

const MAX_RCODE = 15

/** @param pattern the rule's own name, which must not become an alias of itself */
export function checkLocalAnswer(input: LocalInput, pattern: string, faults: FieldFault[]): Local {
  const ipv4 = checkAddresses('ipv4', input.ipv4, 'ipv4', faults)
  const ipv6 = checkAddresses('ipv6', input.ipv6, 'ipv6', faults)
  const records: string[] = []
  for (const text of input.records ?? []) {
    const record = parseRecordData(text)
    if (!record.ok) faults.push({ field: 'records', message: `'${text.slice(0, 80)}': ${record.error}` })
    else if (record.value.rrType === RrType.A) ipv4.push(record.value.text.slice('A '.length))
    else if (record.value.rrType === RrType.AAAA) ipv6.push(record.value.text.slice('AAAA '.length))
    else records.push(record.value.text)
  }
  const local = { ipv4: [...new Set(ipv4)], ipv6: [...new Set(ipv6)], records: [...new Set(records)] }
  const rcode = checkRcode(input, faults)
  checkTogether(input, pattern, local, faults)
  return {
    ipv4: local.ipv4,
    ipv6: local.ipv6,
    ...(local.records.length > 0 && { records: local.records }),
    ...(rcode !== undefined && { rcode }),
    ...(input.overridesBlock && { overridesBlock: true }),
  }
}

function checkRcode({ rcode: text }: LocalInput, faults: FieldFault[]): string | undefined {
  if (text === undefined) return undefined
  const number = parseRcode(text)
  if (number !== undefined && number <= MAX_RCODE) return formatRcode(number)
  faults.push({ field: 'rcode', message: `'${text}' is not an RCODE such as NXDOMAIN` })
  return undefined
}

function checkTogether(
  { match, rcode, ...given }: LocalInput,
  pattern: string,
  { ipv4, ipv6, records }: Required<Pick<Local, 'ipv4' | 'ipv6' | 'records'>>,
  faults: FieldFault[],
): void {
  const count = ipv4.length + ipv6.length + records.length
  const alias = records.find((text) => text.startsWith('CNAME '))
  if (rcode !== undefined && count > 0) faults.push({ field: 'rcode', message: 'an RCODE stands without records' })
  if (rcode === undefined && !given.ipv4?.length && !given.ipv6?.length && !given.records?.length)
    faults.push({ field: 'ipv4', message: 'give at least one IPv4 or IPv6 address, record or RCODE' })
  if (alias !== undefined && count > 1)
    faults.push({ field: 'records', message: 'a CNAME stands alone (RFC 1034 §3.6.2)' })
  if (alias === `CNAME ${pattern}.` && match === 'exact')
    faults.push({ field: 'records', message: 'a name cannot be an alias of itself' })
}
