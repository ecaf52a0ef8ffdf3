/**
 * The words for what became of a query. Apart from the schemas that use them (contract/queries.ts): query workers know
 * these, and load no validation.
 */

/**
 * What became of a query: one closed list for log, statistics, metrics, live samples and colours.
 * The position is the number that log.db and shared memory hold: append only.
 */
export const OUTCOMES = [
  'cached',
  'forwarded',
  'blocked',
  'rewritten',
  'local',
  'failed',
  'refused',
  'dropped',
  'stale',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Why: finer than the outcome. Same rule: append only. */
export const REASONS = [
  'none',
  'own-block-rule',
  'own-allow-rule',
  'list-block',
  'list-allow',
  'forward-rule',
  'alias-rule',
  'local-answer-rule',
  'special-use-name',
  'answer-inspection',
  'rebinding',
  'access-list',
  'rate-limit',
  'malformed-message',
  'unsupported-opcode',
  'bad-edns-version',
  'minimal-any',
  'upstream-timeout',
  'upstream-unreachable',
  'upstream-refused',
  'overloaded',
  'alias-loop',
  'bug',
  'zone-transfer',
  'unsupported-class',
  'override',
  'service-block',
  'safe-search',
  'invalid-query-type',
  'bad-cookie',
  'dns64',
  'waiting-limit',
] as const
export type Reason = (typeof REASONS)[number]

/**
 * What another policy would do to a query: that of a draft, or the one of now if what only records acted. Same rule: append only.
 * `blocked`: is not, would be. `freed`: is blocked, would not be. `rewritten`: would have a local answer that it has not.
 * `redirected`: would be asked of other upstreams. `otherwise`: the same, with another answer.
 */
export const POLICY_EFFECTS = ['blocked', 'freed', 'rewritten', 'redirected', 'otherwise'] as const
export type PolicyEffect = (typeof POLICY_EFFECTS)[number]

export const TRANSPORTS = ['udp', 'tcp', 'tls', 'https'] as const
