/** Who asks, as far as decisions go. `QueryContext` is one. */
export interface QueryClient {
  /** 16 octets in network order; IPv4 as ::ffff:a.b.c.d. */
  readonly clientAddress: Uint8Array
  readonly groupId: number
  /** As the DoH path or the DoT server name have it, lower case; empty or missing: none. */
  readonly clientId?: string
}
