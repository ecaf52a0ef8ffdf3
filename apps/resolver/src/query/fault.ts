/** Everything that can keep a query from being answered as asked: a closed set, turned into an RCODE in one place. */
export type QueryFault =
  | 'malformed-message'
  | 'unsupported-opcode'
  | 'bad-edns-version'
  | 'client-not-allowed'
  | 'zone-transfer'
  | 'unsupported-class'
  | 'invalid-query-type'
  | 'rate-limited'
  /** Beyond the rate of those who do not prove their address, or asked whether a cookie is ours that is not. */
  | 'bad-cookie'
  /** Nothing was asked but for a cookie (RFC 7873 §5.4). */
  | 'cookie-only'
  /** The client has as many queries waiting for upstreams as it may. */
  | 'waiting-limit'
  /** The same, of an address that may be forged: answered with TC, if at all. */
  | 'waiting-limit-unproven'
  | 'upstream-timeout'
  | 'upstream-unreachable'
  | 'upstream-refused'
  | 'overloaded'
  | 'alias-loop'
  | 'bug'
