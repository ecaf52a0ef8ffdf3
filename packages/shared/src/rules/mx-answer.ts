/** The MX part of a block answer: preference and exchange as text, `10 host.example.` (RFC 1035 §3.3.9, RFC 7505). */
import { parseDomainName } from '../dns/domain-name.ts'
import { fail, ok, type Result } from '../result.ts'

export interface MxAnswer {
  /** 0…65,535; lower is tried first. */
  readonly preference: number
  /** Canonical name; `.` says that there is no mail (RFC 7505). */
  readonly exchange: string
}

export function parseMxAnswer(text: string): Result<MxAnswer, string> {
  const match = /^(\d{1,5})\s+(\S+)$/.exec(text.trim())
  if (!match || Number(match[1]) > 0xffff) return fail("is not a preference and a host, as in '10 mail.example.org.'")
  const exchange = parseDomainName(match[2]!, { allowRoot: true })
  return exchange.ok ? ok({ preference: Number(match[1]), exchange: exchange.value }) : exchange
}

export const formatMxAnswer = ({ preference, exchange }: MxAnswer): string =>
  `${preference} ${exchange === '.' ? '.' : `${exchange}.`}`
