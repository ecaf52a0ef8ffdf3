/** Checks and normalises addresses and block answers, in rules and in settings alike. */
import type { BlockAnswer, SourceAnswer } from '../contract/block-answer.ts'
import { formatAddress, parseIpv4, parseIpv6 } from '../dns/ip-address.ts'
import type { FieldFault } from './checked-rule.ts'
import { formatMxAnswer, parseMxAnswer } from './mx-answer.ts'

/** Canonical addresses, each once, in the order given; faults are added to `faults`. */
export function checkAddresses(
  family: 'ipv4' | 'ipv6',
  texts: readonly string[] | undefined,
  field: string,
  faults: FieldFault[],
): string[] {
  const parse = family === 'ipv4' ? parseIpv4 : parseIpv6
  const canonical = new Set<string>()
  for (const text of texts ?? []) {
    const octets = parse(text)
    if (octets) canonical.add(formatAddress(octets))
    else faults.push({ field, message: `'${text}' is not an IPv${family === 'ipv4' ? 4 : 6} address` })
  }
  return [...canonical]
}

/** The same with what only lists, services and groups can say. */
export function checkSourceAnswer(
  answer: SourceAnswer | undefined,
  field: string,
  faults: FieldFault[],
): SourceAnswer | undefined {
  if (!answer) return undefined
  const checked: SourceAnswer = {
    ...checkBlockAnswer(answer, field, faults),
    ...(answer.ttlSeconds !== undefined && { ttlSeconds: answer.ttlSeconds }),
    ...(answer.extendedError !== undefined && { extendedError: answer.extendedError }),
  }
  return Object.keys(checked).length > 0 ? checked : undefined
}

/** Normalises a block answer; undefined when it says nothing. `field` names it in faults. */
export function checkBlockAnswer(
  answer: BlockAnswer | undefined,
  field: string,
  faults: FieldFault[],
): BlockAnswer | undefined {
  if (!answer) return undefined
  const ipv4 = checkAddresses('ipv4', answer.ipv4, `${field}.ipv4`, faults)
  const ipv6 = checkAddresses('ipv6', answer.ipv6, `${field}.ipv6`, faults)
  const mx = answer.mx === undefined ? undefined : parseMxAnswer(answer.mx)
  if (mx && !mx.ok) faults.push({ field: `${field}.mx`, message: `'${answer.mx}' ${mx.error}` })
  const checked: BlockAnswer = {
    ...(answer.kind !== undefined && { kind: answer.kind }),
    ...(ipv4.length > 0 && { ipv4 }),
    ...(ipv6.length > 0 && { ipv6 }),
    ...(answer.txt !== undefined && { txt: answer.txt.toWellFormed() }),
    ...(mx?.ok && { mx: formatMxAnswer(mx.value) }),
  }
  return Object.keys(checked).length > 0 ? checked : undefined
}
