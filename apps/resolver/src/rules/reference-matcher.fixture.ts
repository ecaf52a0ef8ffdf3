/**
 * What rules say of a name, worked out the plain way: every rule is tried on the text of the name, what matches is sorted by
 * design section 3. No index, no hashes, no wire format, nothing in common with the engine: slow, and easy to check by eye.
 */
import { NOW_MS } from './policy.fixture.ts'
import type { RuleRow } from './policy-data.ts'

/** A rule and where it stands: own rules have list 0 and order 0. */
export interface Placed {
  readonly listId: number
  readonly order: number
  readonly rule: RuleRow
}

export interface Asked {
  readonly name: string
  readonly type: string
  readonly groupId: number
  readonly groupName: string
  /** IPv4 as text. */
  readonly client: string
}

export interface Verdict {
  readonly kind: 'block' | 'allow' | 'answer' | 'none'
  readonly ruleId: number
  readonly listId: number
}

const isAtOrBelow = (name: string, suffix: string): boolean =>
  suffix === '.' || name === suffix || name.endsWith(`.${suffix}`)

function matchesName({ match, pattern, inverted }: RuleRow, name: string): boolean {
  if (match === 'exact') return name === pattern
  if (match === 'suffix') return isAtOrBelow(name, pattern)
  if (match === 'subdomains') return name.endsWith(`.${pattern}`)
  return new RegExp(pattern).test(name) !== (inverted ?? false)
}

/** Who is excluded is out; where somebody is meant, nobody else is. */
function isMeant(items: readonly string[] | undefined, is: (item: string) => boolean): boolean {
  const meant = (items ?? []).filter((item) => !item.startsWith('~'))
  const excluded = (items ?? []).filter((item) => item.startsWith('~')).map((item) => item.slice(1))
  return !excluded.some(is) && (meant.length === 0 || meant.some(is))
}

/** Prefixes of whole octets are all that the test makes. */
function isClient(item: string, { client, groupName }: Asked): boolean {
  const [address = '', bits] = item.split('/')
  if (bits === undefined) return item === client || item.toLowerCase() === groupName.toLowerCase()
  const octets = Number(bits) / 8
  return address.split('.').slice(0, octets).join() === client.split('.').slice(0, octets).join()
}

function holds(rule: RuleRow, asked: Asked): boolean {
  if (!rule.enabled || (rule.expiresAt !== null && NOW_MS >= rule.expiresAt)) return false
  if (rule.groups?.length && !rule.groups.includes(asked.groupId)) return false
  return (
    isMeant(rule.queryTypes, (type) => type === asked.type) &&
    isMeant(rule.clients, (client) => isClient(client, asked)) &&
    isMeant(rule.clientTags, (tag) => tag === asked.groupName.toLowerCase()) &&
    !rule.exceptNames?.some((name) => isAtOrBelow(asked.name, name))
  )
}

/** All that a `badfilter` rule has to say too; not whether a block yields. */
const words = ({ id: _id, enabled: _e, expiresAt: _x, groups: _g, badfilter: _b, ...rest }: RuleRow): string =>
  JSON.stringify(
    Object.entries(rest)
      .filter(([, value]) => value !== undefined && `${value as string}` !== '')
      .filter(([field]) => field !== 'yields' || rest.action === 'allow')
      .sort(),
  )

/** Bits of the longest prefix among the clients that are meant and hold this one. */
const bitsOf = ({ clients = [] }: RuleRow, asked: Asked): number =>
  Math.max(
    0,
    ...clients
      .filter((item) => /^\d+\./.test(item) && isClient(item, asked))
      .map((item) => Number(item.split('/')[1] ?? 32)),
  )

/** The longest name, exact before suffix before what is below, the longest prefix of the client, the list higher up, the older rule. */
const RANKS = ['exact', 'suffix', 'subdomains', 'regex']
const depthOf = ({ match, pattern }: RuleRow): number =>
  match === 'regex' ? -1 : pattern === '.' ? 0 : pattern.split('.').length
const places = ({ rule, order }: Placed, asked: Asked): number[] => [
  ...[-depthOf(rule), RANKS.indexOf(rule.match), -bitsOf(rule, asked)],
  ...[order, rule.id],
]

function first(found: readonly Placed[], keys: (one: Placed) => readonly number[]): Placed | undefined {
  const sorted = [...found].sort((a, b) => {
    const [x, y] = [keys(a), keys(b)]
    return x.map((key, i) => key - y[i]!).find((difference) => difference !== 0) ?? 0
  })
  return sorted[0]
}

/** What a block that yields may give way to: labels of its name, -1 for an expression, and kind of match. */
type Narrow = readonly [depth: number, rank: number]
const narrow = ({ rule }: Placed): Narrow => [depthOf(rule), RANKS.indexOf(rule.match)]

/** Who stays when blocks that yield and are wider give way. An expression is wider than every name but the root. */
function withoutWider(found: readonly Placed[], [depth, rank]: Narrow): Placed[] {
  const isWider = ({ rule }: Placed): boolean => {
    if (rule.match === 'regex') return depth > 0
    return depthOf(rule) === depth ? RANKS.indexOf(rule.match) > rank : depthOf(rule) < depth
  }
  return found.filter((one) => one.rule.action !== 'block' || !one.rule.yields || !isWider(one))
}

const say = (kind: Verdict['kind'], { rule, listId }: Placed): Verdict => ({ kind, ruleId: rule.id, listId })

/** Rules above blocks, unless an exception exempts from them; then the winner among those that block and allow. */
function judge(
  found: readonly Placed[],
  exceptions: readonly Placed[],
  asked: Asked,
  isBlockFirst: boolean,
): Verdict | undefined {
  const judgements = found.filter(
    ({ rule }) => (rule.action === 'block' || rule.action === 'allow') && rule.exceptRewrite === undefined,
  )
  const isExempt = exceptions.some(({ rule }) => rule.exceptRewrite === '')
  const named = new Set(exceptions.map(({ rule }) => rule.exceptRewrite))
  const answers = found.filter(
    ({ rule }) =>
      rule.overridesBlock &&
      !isExempt &&
      !named.has(rule.ipv4?.[0] ?? rule.rcode) &&
      !(rule.important && rule.pattern === '.' && bitsOf(rule, asked) < clientBits(judgements, asked)),
  )
  // An RCODE stands before records of the same place.
  const answer = first(answers, (one) => [
    ...places(one, asked).slice(0, 2),
    one.rule.pattern === '.' ? -bitsOf(one.rule, asked) : 0,
    one.rule.rcode === undefined ? 1 : 0,
    one.rule.id,
  ])
  if (answer) return say('answer', answer)
  const level = ({ rule }: Placed): number => {
    const allows = rule.action === 'allow'
    const behind = rule.important ? 0 : 3
    if (isBlockFirst) return behind + (allows ? (rule.yields ? 2 : 1) : 0)
    return behind + (allows && !rule.yields ? 0 : 1)
  }
  // Between what allows and yields and what blocks the place decides; at the same place the one that allows.
  const plain = judgements.filter(({ rule }) => !rule.important)
  const isFirm = !isBlockFirst || plain.some(({ rule }) => rule.action === 'block' && !rule.yields)
  const allow = first(
    plain.filter(({ rule }) => rule.action === 'allow'),
    (one) => places(one, asked),
  )
  const left = isFirm || !allow ? judgements : withoutWider(judgements, narrow(allow))
  const winner = first(left, (one) => {
    const [depth, rank, bits, ...rest] = places(one, asked)
    return [level(one), depth!, rank!, bits!, one.rule.action === 'allow' ? 0 : 1, ...rest]
  })
  return winner && say(winner.rule.action === 'allow' ? 'allow' : 'block', winner)
}

/** Of the most specific important rule that blocks, and of the one that allows and yields. */
function clientBits(judgements: readonly Placed[], asked: Asked): number {
  const important = judgements.filter(({ rule }) => rule.important)
  const best = [
    first(
      important.filter(({ rule }) => rule.action === 'block'),
      (one) => places(one, asked),
    ),
    first(
      important.filter(({ rule }) => rule.yields === true),
      (one) => places(one, asked),
    ),
  ]
  return Math.max(...best.map((one) => (one ? bitsOf(one.rule, asked) : 0)))
}

/** What allows, yields and is for a longer name, or a more particular match, than the local answer. */
function isLifted(local: Placed, found: readonly Placed[], asked: Asked): boolean {
  const yielding = found.filter(({ rule }) => rule.action === 'allow' && rule.yields === true && !rule.important)
  const allow = first(yielding, (one) => places(one, asked))
  if (!allow) return false
  const [depth, rank] = places(allow, asked)
  const [ofDepth, ofRank] = places(local, asked)
  return depth === ofDepth ? rank! < ofRank! : depth! < ofDepth!
}

/** @param lists rules of the lists that are on for the group; in lists of kind allow, rules that block allow */
export function referenceVerdict(
  own: readonly Placed[],
  lists: readonly Placed[],
  asked: Asked,
  isBlockFirst: boolean,
): Verdict {
  const cancelled = new Set(
    [...own, ...lists].filter(({ rule }) => rule.badfilter && holds(rule, asked)).map(({ rule }) => words(rule)),
  )
  const counts = ({ rule }: Placed): boolean =>
    !rule.badfilter && holds(rule, asked) && matchesName(rule, asked.name) && !cancelled.has(words(rule))
  const ownFound = own.filter(counts)
  const ownExceptions = ownFound.filter(({ rule }) => rule.exceptRewrite !== undefined)
  const local = first(
    ownFound.filter(({ rule }) => rule.action === 'rewrite' && !rule.overridesBlock),
    (one) => [...places(one, asked).slice(0, 2), one.rule.rcode === undefined ? 1 : 0, one.rule.id],
  )
  const forward = first(
    ownFound.filter(({ rule }) => rule.action === 'forward'),
    (one) => [-depthOf(one.rule)],
  )
  const isForwarded = forward !== undefined && (!local || depthOf(forward.rule) > depthOf(local.rule))
  // Of a forward rule only the length counts.
  const later: Narrow | undefined = isForwarded ? [depthOf(forward.rule), RANKS.length] : local && narrow(local)
  const judged = later ? withoutWider(ownFound, later) : ownFound
  const ownVerdict = judge(judged, ownExceptions, asked, isBlockFirst)
  if (ownVerdict && ownVerdict.kind !== 'allow') return ownVerdict
  if (local && !isForwarded && !isLifted(local, ownFound, asked)) return say('answer', local)
  if (ownVerdict) return ownVerdict
  const listFound = lists.filter(counts)
  const exceptions = listFound.filter(({ rule }) => rule.exceptRewrite !== undefined)
  return (
    judge(listFound, [...ownExceptions, ...exceptions], asked, isBlockFirst) ?? { kind: 'none', ruleId: 0, listId: 0 }
  )
}
