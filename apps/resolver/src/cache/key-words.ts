/**
 * A cache key as 32-bit words, so that hashing and comparing it take a quarter of the steps.
 *
 * ```
 *  name, filled up with zeros to whole words │ QTYPE, QCLASS │ upstream group │ DO, CD and the name's octets
 * ```
 */
import type { ForwardRequest } from '../query/ports.ts'
import type { CacheKey } from '../query/response-cache.ts'
import { MAX_NAME_OCTETS } from '../wire/query-view.ts'

const DNSSEC_OK = 1
const CHECKING_DISABLED = 2
const NAME_WORDS = Math.ceil(MAX_NAME_OCTETS / 4)
const FLAG_BITS = 8

type QuestionKey = Pick<CacheKey, 'name' | 'qtype' | 'qclass' | 'dnssecOk' | 'checkingDisabled'>

/** Filled anew for each key; one per thread. */
export class KeyWords {
  readonly name = new Int32Array(NAME_WORDS)
  nameWords = 0
  types = 0
  group = 0
  /** Flags in the lowest octet, then the name's length. */
  rest = 0
  readonly #octets = new Uint8Array(this.name.buffer)

  read(key: CacheKey): void {
    this.#set(key, key.nameLength, key.upstreamGroupId)
  }

  readRequest(request: ForwardRequest): void {
    this.#set(request, request.name.length, request.upstreams.id)
  }

  #set(key: QuestionKey, nameLength: number, group: number): void {
    const octets = this.#octets
    const { name } = key
    const words = (nameLength + 3) >> 2
    this.name[words - 1] = 0
    for (let i = 0; i < nameLength; i++) octets[i] = name[i]!
    this.nameWords = words
    this.types = key.qtype | (key.qclass << 16)
    this.group = group | 0
    const flags = (key.dnssecOk ? DNSSEC_OK : 0) | (key.checkingDisabled ? CHECKING_DISABLED : 0)
    this.rest = flags | (nameLength << FLAG_BITS)
  }
}
