/** The effect of a rule in words, for people. */
import type { CheckedRule } from './checked-rule.ts'

/** One sentence without a final full stop, such as `Blocks example.com and everything below it`. */
export const describeRule = (rule: CheckedRule): string =>
  [effect(rule), scope(rule), rule.important ? 'even where an allow rule matches' : '']
    .filter((part) => part !== '')
    .join(', ')

function effect(rule: CheckedRule): string {
  const names = subject(rule)
  switch (rule.action) {
    case 'block':
      return `Blocks ${names}${blockedWith(rule)}`
    case 'allow':
      return `Allows ${names}, whatever lists say`
    case 'forward':
      return `Sends queries for ${names} to ${rule.servers?.join(', ')}`
    case 'alias':
      return rule.match === 'suffix'
        ? `Answers ${names} with what ${rule.target} has, labels below kept`
        : `Answers ${names} with what ${rule.target} has`
    case 'rewrite':
      if (rule.match === 'address') return `Replaces ${rule.pattern} in answers by ${rule.target}`
      return `Answers ${names} with ${[...(rule.ipv4 ?? []), ...(rule.ipv6 ?? [])].join(', ')}`
  }
}

function subject({ match, pattern }: CheckedRule): string {
  if (match === 'suffix') return `${pattern} and everything below it`
  if (match === 'subdomains') return `everything below ${pattern}, not ${pattern} itself`
  if (match === 'regex') return `names that match /${pattern}/`
  return match === 'exact' ? `${pattern} alone` : pattern
}

const ANSWER_WORDS = {
  null: 'the null address',
  nxdomain: 'NXDOMAIN',
  nodata: 'NODATA',
  refused: 'REFUSED',
  drop: 'silence',
} as const

function blockedWith({ answer }: CheckedRule): string {
  if (!answer) return ''
  if (answer.kind !== undefined && answer.kind !== 'addresses') return ` with ${ANSWER_WORDS[answer.kind]}`
  const addresses = [...(answer.ipv4 ?? []), ...(answer.ipv6 ?? [])]
  return addresses.length > 0 ? ` with ${addresses.join(', ')}` : ''
}

function scope({ queryTypes, groups }: CheckedRule): string {
  const types = queryTypes.length > 0 ? `for queries of type ${queryTypes.join(', ')}` : ''
  const where = groups.length > 0 ? `in ${groups.length === 1 ? 'one group' : `${groups.length} groups`}` : ''
  return [types, where].filter((part) => part !== '').join(' ')
}
