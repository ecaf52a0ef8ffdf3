/** Everything that can keep a query from being answered as asked: a closed set, turned into an RCODE in one place. */
export type QueryFault =
  | 'malformed-message'
  | 'unsupported-opcode'
  | 'bad-edns-version'
  | 'client-not-allowed'
  | 'rate-limited'
  | 'upstream-timeout'
  | 'upstream-unreachable'
  | 'upstream-refused'
  | 'overloaded'
  | 'alias-loop'
  | 'bug'
