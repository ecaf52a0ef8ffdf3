/** The effect of a rule in words, for people. */
import type { CheckedRule } from './checked-rule.ts'

/** One sentence without a final full stop, such as `Blocks example.com and everything below it`. */
export const describeRule = (rule: CheckedRule): string =>
  [
    rule.badfilter ? `Switches off every rule that says: ${lowerFirst(effect(rule))}` : effect(rule),
    scope(rule),
    rule.important ? important(rule) : '',
    rule.yields ? yielding(rule) : '',
    rule.overridesBlock ? 'even where a rule blocks it' : '',
    rule.shadow ? 'but only records that it would' : '',
  ]
    .filter((part) => part !== '')
    .join(', ')

/** An important allow rule stands above important blocks, those above what allows without it. */
const important = ({ action }: CheckedRule): string =>
  action === 'allow' ? 'even where an important rule blocks them' : 'even where an allow rule matches'

const yielding = ({ action }: CheckedRule): string =>
  action === 'allow'
    ? 'unless a block rule is more specific'
    : 'unless a local answer, an alias or a forward rule is for a longer name'

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

function effect(rule: CheckedRule): string {
  const names = subject(rule)
  switch (rule.action) {
    case 'block':
      return `Blocks ${names}${blockedWith(rule)}`
    case 'allow':
      return allowance(rule, names)
    case 'forward':
      return `Sends queries for ${names} to ${rule.servers?.join(', ')}`
    case 'alias':
      return rule.match !== 'exact'
        ? `Answers ${names} with what ${rule.target} has, labels below kept`
        : `Answers ${names} with what ${rule.target} has`
    case 'rewrite':
      if (rule.match === 'address') return `Replaces ${rule.pattern} in answers by ${rule.target}`
      return `Answers ${names} with ${localAnswer(rule)}`
  }
}

function allowance({ exceptRewrite, tcpOnly, match }: CheckedRule, names: string): string {
  if (tcpOnly) return `Allows ${names} over TCP only, whatever lists say`
  if (exceptRewrite === undefined) return `Allows ${names}, whatever ${match === 'address' ? 'rules' : 'lists'} say`
  return exceptRewrite === ''
    ? `Exempts ${names} from all rules that rewrite above blocks`
    : `Exempts ${names} from rules that rewrite to ${exceptRewrite}`
}

function localAnswer({ ipv4 = [], ipv6 = [], records = [], rcode }: CheckedRule): string {
  if (rcode !== undefined) return rcode === 'NOERROR' ? 'NODATA' : rcode
  return [...ipv4, ...ipv6, ...records].join(', ')
}

function subject({ action, match, pattern, inverted }: CheckedRule): string {
  if (match === 'suffix' && pattern === '.') return 'every name'
  if (match === 'address' && action !== 'rewrite') return `names whose answers lead to ${pattern}`
  if (match === 'regex' && inverted) return `names that do not match /${pattern}/`
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

function scope(rule: CheckedRule): string {
  const { queryTypes, groups, clients = [], clientTags = [], exceptNames = [], schedule } = rule
  const where = groups.length > 0 ? `in ${groups.length === 1 ? 'one group' : `${groups.length} groups`}` : ''
  const parts = [
    listed('for queries of type', queryTypes),
    where,
    listed('from', clients),
    listed('tagged', clientTags),
  ]
  const except = exceptNames.length > 0 ? `except ${exceptNames.join(', ')} and all below` : ''
  const when = schedule === undefined ? '' : 'by its schedule'
  return [...parts, except, when].filter((part) => part !== '').join(' ')
}

/** Who is meant, then who is not. */
function listed(word: string, items: readonly string[]): string {
  const meant = items.filter((item) => !item.startsWith('~'))
  const excluded = items.filter((item) => item.startsWith('~')).map((item) => item.slice(1))
  const not = excluded.length > 0 ? `not ${excluded.join(', ')}` : ''
  return items.length > 0 ? `${word} ${[meant.join(', '), not].filter((part) => part !== '').join(', but ')}` : ''
}
