import { Rcode } from '@weir/shared/dns/rcode'
import { describe, expect, it } from 'vitest'
import { cacheSeconds, FAILURE_TTL_SECONDS, type KeepingFacts } from './cacheability.ts'

const times = { minTtlSeconds: 30, maxTtlSeconds: 86_400, negativeMaxTtlSeconds: 3600 }
const facts = (changes: Partial<KeepingFacts>): KeepingFacts => ({
  kind: 'answer',
  rcode: Rcode.NOERROR,
  isTruncated: false,
  smallestTtlSeconds: 300,
  negativeTtlSeconds: -1,
  ...changes,
})
const negative = { kind: 'nxdomain', rcode: Rcode.NXDOMAIN } as const

describe('cacheSeconds', () => {
  it.each<[string, Partial<KeepingFacts>, number]>([
    ['an answer for its smallest TTL', {}, 300],
    ['a short answer for the minimum', { smallestTtlSeconds: 5 }, 30],
    ['a long answer for the maximum', { smallestTtlSeconds: 604_800 }, 86_400],
    ['nothing with TTL 0', { smallestTtlSeconds: 0 }, 0],
    ['nothing truncated', { isTruncated: true }, 0],
    ['NXDOMAIN as its SOA says (RFC 2308)', { ...negative, negativeTtlSeconds: 120 }, 120],
    [
      'NXDOMAIN at most the negative maximum',
      { ...negative, negativeTtlSeconds: 9000, smallestTtlSeconds: 9000 },
      3600,
    ],
    ['no NXDOMAIN without SOA', negative, 0],
    [
      'NODATA behind a CNAME no longer than the CNAME',
      { kind: 'nodata', negativeTtlSeconds: 900, smallestTtlSeconds: 60 },
      60,
    ],
    ['no referral', { kind: 'referral' }, 0],
    ['SERVFAIL for a few seconds (RFC 9520)', { kind: 'failure', rcode: Rcode.SERVFAIL }, FAILURE_TTL_SECONDS],
    ['REFUSED as long (RFC 9520 §2.2)', { kind: 'failure', rcode: Rcode.REFUSED }, FAILURE_TTL_SECONDS],
    ['FORMERR as long (RFC 9520 §2.7)', { kind: 'failure', rcode: Rcode.FORMERR }, FAILURE_TTL_SECONDS],
    ['no BADVERS, whose message alone would say NOERROR', { kind: 'failure', rcode: Rcode.BADVERS }, 0],
  ])('keeps %s', (_, changes, expected) => {
    expect(cacheSeconds(facts(changes), times)).toBe(expected)
  })
})
