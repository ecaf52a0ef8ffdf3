/** What rules may ask about a question, besides what its name matches. `MatchScratch` is one. */
import type { NameOctets } from './name-hash.ts'

export interface AskedQuestion {
  readonly name: NameOctets
  readonly qtype: number
  /** Type of the record that leads to the name, where an answer does; 0: the name was asked for. */
  readonly leadingType: number
  readonly groupId: number
  /** Wall clock. */
  readonly nowMs: number
  /** 16 octets in network order; IPv4 as ::ffff:a.b.c.d. */
  readonly clientAddress: Uint8Array
  /** Does the schedule hold at `nowMs`? @param ifUnknown what counts where it is not there or cannot be read */
  scheduleHolds(id: number, ifUnknown: boolean): boolean
  /** The client's names, looked up only when a rule asks. */
  labels(): ClientLabels
}

/** Who asks, by name. */
export interface ClientLabels {
  /** Lower case; empty where the client's entry has none. */
  readonly name: string
  readonly groupName: string
  /** That of its group, and its own. */
  readonly tags: readonly string[]
}

export const tagOf = (groupName: string): string => groupName.toLowerCase().replace(/[^\p{L}\p{N}-]+/gu, '_')
