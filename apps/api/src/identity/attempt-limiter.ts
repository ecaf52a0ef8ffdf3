/**
 * How often one address, and everybody together, may try a secret: token buckets, refilled with time.
 *
 * Keyed by the socket's address, which a client cannot choose by a header; IPv6 by its /64, since a host owns one whole.
 */
import { isIPv6 } from 'node:net'
import type { Clock } from '@weir/shared/clock'
import { formatAddress, parseIpv6, unmapped } from '@weir/shared/dns/ip-address'
import { ProblemError } from '../problem-error.ts'

interface Bucket {
  tokens: number
  at: number
}

export interface AttemptLimits {
  readonly perAddress: number
  readonly overall: number
  /** In which so many attempts come back. */
  readonly windowMs: number
}

/** Sign-in, set-up, wrong bearer tokens. */
const ATTEMPT_LIMITS: AttemptLimits = { perAddress: 10, overall: 100, windowMs: 60_000 }

/** Buckets kept; beyond, the one that was used longest ago goes. The overall bucket still holds. */
const MAX_BUCKETS = 10_000

export class AttemptLimiter {
  readonly #clock: Clock
  readonly #limits: AttemptLimits
  readonly #buckets = new Map<string, Bucket>()
  readonly #overall: Bucket

  constructor(clock: Clock, limits: AttemptLimits = ATTEMPT_LIMITS) {
    this.#clock = clock
    this.#limits = limits
    this.#overall = { tokens: limits.overall, at: clock.monotonic() }
  }

  /**
   * Counts one attempt.
   * @throws ProblemError `too-many-requests` with Retry-After, when there is none left
   */
  take(address: string): void {
    const bucket = this.#bucket(networkOf(address))
    this.#refill(bucket, this.#limits.perAddress)
    this.#refill(this.#overall, this.#limits.overall)
    if (bucket.tokens < 1 || this.#overall.tokens < 1) {
      const seconds = Math.ceil(this.#limits.windowMs / this.#limits.perAddress / 1000)
      throw new ProblemError('too-many-requests', {
        detail: `too many attempts: wait ${seconds} s`,
        headers: { 'retry-after': String(seconds) },
      })
    }
    bucket.tokens--
    this.#overall.tokens--
  }

  /** The attempt was right: it does not count. */
  giveBack(address: string): void {
    this.#bucket(networkOf(address)).tokens++
    this.#overall.tokens++
  }

  #bucket(network: string): Bucket {
    const bucket = this.#buckets.get(network) ?? { tokens: this.#limits.perAddress, at: this.#clock.monotonic() }
    this.#buckets.delete(network)
    this.#buckets.set(network, bucket)
    if (this.#buckets.size > MAX_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value ?? '')
    return bucket
  }

  #refill(bucket: Bucket, size: number): void {
    const now = this.#clock.monotonic()
    bucket.tokens = Math.min(size, bucket.tokens + ((now - bucket.at) * size) / this.#limits.windowMs)
    bucket.at = now
  }
}

/** What one client is counted by. */
export function networkOf(address: string): string {
  const octets = isIPv6(address) ? parseIpv6(address) : undefined
  if (!octets) return address
  const short = unmapped(octets)
  return formatAddress(short.length === 4 ? short : Uint8Array.from(octets, (octet, at) => (at < 8 ? octet : 0)))
}
