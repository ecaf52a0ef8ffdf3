/** Block answers with all parts resolved: rule, else list, else group, else global (design section 3). */
import type { BlockErrorCode, SourceAnswer } from '@weir/shared/contract/block-answer'
import { toWire } from '@weir/shared/dns/domain-name'
import { ExtendedError } from '@weir/shared/dns/extended-error'
import { parseIpv4, parseIpv6 } from '@weir/shared/dns/ip-address'
import { parseMxAnswer } from '@weir/shared/rules/mx-answer'
import type { BlockPlan } from '../query/policy-parts.ts'

/** EXTRA-TEXT has to fit beside everything else in one datagram. */
const MAX_EXTENDED_ERROR_OCTETS = 200
/** RFC 1035 §3.3: one character-string. */
const MAX_STRING_OCTETS = 255

const CODES: Readonly<Record<BlockErrorCode, number>> = {
  blocked: ExtendedError.Blocked,
  censored: ExtendedError.Censored,
  filtered: ExtendedError.Filtered,
  prohibited: ExtendedError.Prohibited,
}

const encoder = new TextEncoder()

/**
 * @param answers the most particular first, the global one last; a part that is missing comes from the next
 * @param ttlSeconds where none of them says it
 * @param extendedError text of the Extended DNS Error, null for none
 */
export function planBlock(
  answers: readonly (SourceAnswer | null | undefined)[],
  ttlSeconds: number,
  extendedError: string | null,
): BlockPlan {
  const first = <Part extends keyof SourceAnswer>(part: Part): SourceAnswer[Part] =>
    answers.find((answer) => answer?.[part] !== undefined)?.[part]
  const txt = first('txt')
  const mx = first('mx')
  return {
    kind: kindOf(answers),
    ipv4: (first('ipv4') ?? []).flatMap((text) => parseIpv4(text) ?? []),
    ipv6: (first('ipv6') ?? []).flatMap((text) => parseIpv6(text) ?? []),
    txtRdata: txt === undefined ? null : txtRdata(txt),
    mxRdata: mx === undefined ? null : mxRdata(mx),
    ttlSeconds: first('ttlSeconds') ?? ttlSeconds,
    extendedErrorCode: CODES[first('extendedError') ?? 'blocked'],
    extendedErrorText: extendedError === null ? null : truncateUtf8(encoder.encode(extendedError)),
  }
}

/** Who gives addresses means them, also without saying `"kind":"addresses"`. */
function kindOf(answers: readonly (SourceAnswer | null | undefined)[]): BlockPlan['kind'] {
  for (const answer of answers) {
    if (answer?.kind !== undefined) return answer.kind
    if (answer?.ipv4?.length || answer?.ipv6?.length) return 'addresses'
  }
  return 'null'
}

function txtRdata(text: string): Uint8Array {
  const octets = encoder.encode(text)
  const strings: number[] = []
  for (let at = 0; at === 0 || at < octets.length; at += MAX_STRING_OCTETS) {
    const part = octets.subarray(at, at + MAX_STRING_OCTETS)
    strings.push(part.length, ...part)
  }
  return Uint8Array.from(strings)
}

function mxRdata(text: string): Uint8Array | null {
  const mx = parseMxAnswer(text)
  if (!mx.ok) return null
  const { preference, exchange } = mx.value
  return Uint8Array.of(preference >> 8, preference & 0xff, ...toWire(exchange))
}

/** Cut between characters: a continuation octet never comes first in what is left out. */
function truncateUtf8(octets: Uint8Array): Uint8Array {
  if (octets.length <= MAX_EXTENDED_ERROR_OCTETS) return octets
  let end = MAX_EXTENDED_ERROR_OCTETS
  while ((octets[end]! & 0xc0) === 0x80) end--
  return octets.slice(0, end)
}
