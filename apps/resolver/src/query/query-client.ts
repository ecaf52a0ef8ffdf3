/** Who asks, as far as decisions go. `QueryContext` is one. */
export interface QueryClient {
  /** 16 octets in network order; IPv4 as ::ffff:a.b.c.d. */
  readonly clientAddress: Uint8Array
  readonly groupId: number
}
