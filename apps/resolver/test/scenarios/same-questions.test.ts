/**
 * The same random questions asked three times: of DNS, through the whole pipeline; of "why?"; and of what judges for "what
 * if?". Policies have rules of all kinds, lists, services, safe search, groups by address and client id, schedules,
 * overrides and parts that only record; answers of upstreams lead on by CNAME; time goes by between the questions.
 */
import { toWire } from '@weir/shared/dns/domain-name'
import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { parseRrType } from '@weir/shared/dns/rr-type'
import { propertyRuns } from '@weir/shared/property-runs'
import { formatRule } from '@weir/shared/rules/format-rule'
import { ruleSetOfListId } from '@weir/shared/services/rule-set-number'
import { SAFE_SEARCH_ENGINES } from '@weir/shared/services/safe-search'
import { encode } from 'dns-packet'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ExplainRequest, explain } from '../../src/rules/explain.ts'
import { rulesOf } from '../../src/rules/packed-rows.ts'
import { rule } from '../../src/rules/policy.fixture.ts'
import type { RuleRow, RuleSetRow } from '../../src/rules/policy-data.ts'
import { SimulatedSide } from '../../src/store/simulated-side.ts'
import type { LivePolicy } from '../../src/threads/live-policy.ts'
import { type Answered, ScenarioWorld } from './scenario-world.ts'

const NAMES = ['x.example', 'a.x.example', 'b.x.example', 'www.a.x.example', 'y.example', 'a.y.example']
/** Where answers and aliases lead. */
const TARGETS = ['z.example', 'cdn.z.example']
const ASKED = [...NAMES, 'youtu.be', 'www.bing.com']
const TYPES = ['A', 'AAAA'] as const
const HOUR_MS = 3_600_000

const when = { schedule: fc.constantFrom(null, null, 1, 2) }
const whom = { groups: fc.constantFrom([], [], [2], [3]) }
const record = { shadow: fc.nat(3).map((n) => n === 0) }
const ownRule = fc.record({
  action: fc.constantFrom('block', 'block', 'allow', 'rewrite', 'alias', 'forward', 'badfilter'),
  match: fc.constantFrom('exact', 'suffix', 'subdomains', 'regex') as fc.Arbitrary<RuleRow['match']>,
  name: fc.constantFrom(...NAMES, ...TARGETS),
  important: fc.boolean(),
  clients: fc.constantFrom(undefined, undefined, ['192.0.2.10'], ['~children']),
  ...{ ...when, ...whom, ...record },
})
const perGroup = fc.constantFrom(
  [],
  [],
  [{ group: 2, enabled: false, schedule: null }],
  [{ group: 3, enabled: true, schedule: 1 }],
)
const list = fc.record({
  kind: fc.constantFrom('block', 'block', 'allow') as fc.Arbitrary<'block' | 'allow'>,
  names: fc.uniqueArray(fc.constantFrom(...NAMES, ...TARGETS), { maxLength: 3 }),
  match: fc.constantFrom('exact' as const, 'suffix' as const, 'subdomains' as const),
  pattern: fc.option(fc.constantFrom('^a\\.', 'cdn')),
  perGroup,
  ...{ ...when, ...whom, ...record },
})
const ruleSet = fc.record({
  set: fc.constantFrom({ kind: 'service', id: 'youtube' }, { kind: 'safe-search', id: 'bing' }) as fc.Arbitrary<
    Pick<RuleSetRow, 'kind' | 'id'>
  >,
  perGroup,
  ...{ ...when, ...whom, ...record },
})
const override = fc.oneof(
  fc.record({
    kind: fc.constantFrom('pause' as const, 'offline' as const),
    who: fc.constantFrom({ groupId: 2 }, { client: '192.0.2.10' }, { client: 'id:tablet' }),
    minutes: fc.constantFrom(30, 90),
  }),
  fc.record({
    kind: fc.constantFrom('allow' as const, 'block' as const),
    name: fc.constantFrom('x.example', 'a.y.example', 'z.example'),
    who: fc.constantFrom({}, { groupId: 3 }, { client: '192.0.2.0/24' }),
    minutes: fc.constantFrom(30, 90),
  }),
)
const CLIENTS = [
  ['192.0.2.10', ''],
  ['192.0.2.77', ''],
  ['198.51.100.7', ''],
  ['198.51.100.7', 'tablet'],
] as const

function rowOf({ action, match, name, important, schedule, groups, clients, shadow }: Made, id: number): RuleRow {
  const pattern = match === 'regex' ? name.replaceAll('.', '\\.') : name
  const more = {
    ...(schedule !== null && { schedule }),
    groups,
    ...(clients && { clients }),
    ...(shadow && { shadow: true as const }),
  }
  switch (action) {
    case 'alias':
      return rule(id, 'alias', 'exact', name, { ...more, target: TARGETS[0]! })
    case 'rewrite':
      return rule(id, 'rewrite', match, pattern, { ...more, ipv4: ['192.0.2.7'], ipv6: [] })
    case 'forward':
      return rule(id, 'forward', match === 'regex' ? 'suffix' : match, name, { ...more, servers: ['192.0.2.99'] })
    case 'badfilter':
      return rule(id, 'block', match, pattern, { ...more, important, badfilter: true })
    default:
      return rule(id, action as 'block' | 'allow', match, pattern, { ...more, important })
  }
}
type Made = typeof ownRule extends fc.Arbitrary<infer T> ? T : never

const policies = fc.record({
  rules: fc.array(ownRule, { maxLength: 7 }),
  lists: fc.array(list, { maxLength: 3 }),
  sets: fc.uniqueArray(ruleSet, { maxLength: 2, selector: ({ set }) => set.id }),
  overrides: fc.array(override, { maxLength: 2 }),
  /** By a name's place in NAMES: its answer leads on. */
  leads: fc.array(fc.constantFrom(null, null, ...TARGETS, 'y.example'), { minLength: 6, maxLength: 6 }),
})
type Policies = typeof policies extends fc.Arbitrary<infer T> ? T : never

function worldOf({ rules, lists, sets, overrides, leads }: Policies): ScenarioWorld {
  const world = new ScenarioWorld()
  world.config.addGroup('Children', ['192.0.2.10', 'id:tablet'])
  world.config.addGroup('Guests', ['192.0.2.0/24'])
  const at = (hours: number) => new Date(world.clock.now() + hours * HOUR_MS).toISOString().slice(11, 16)
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
  // The first ends, and the second begins, while questions are asked.
  world.config.addSchedule({ name: 'Now', timeZone: 'UTC', windows: [{ days: [...days], from: at(-2), until: at(1) }] })
  world.config.addSchedule({
    name: 'Later',
    timeZone: 'UTC',
    windows: [{ days: [...days], from: at(1), until: at(4) }],
  })
  for (const [i, made] of rules.entries()) world.config.addRuleRow(rowOf(made, i + 1))
  for (const [i, { names, match, pattern, kind, ...more }] of lists.entries())
    world.config.addList({
      ...{ id: i + 1, name: `L${i + 1}`, kind, ...more },
      entries: names.map((name) => ({ name, match, allows: kind === 'allow' })),
      rules: pattern === null ? [] : [rule(0, kind, 'regex', pattern)],
    })
  for (const { set, ...more } of sets) world.config.addRuleSet(set.kind, set.id, more)
  for (const { who, ...more } of overrides) world.config.addOverride({ ...more, ...who })
  const answered = (name: string, type: string) => ({ type: type as 'A', name, ttl: 60, data: ADDRESSES[type]! })
  const safe = SAFE_SEARCH_ENGINES.map(({ target }) => target)
  for (const name of new Set([...ASKED, ...TARGETS, ...safe]))
    for (const type of TYPES) {
      const next = leads[NAMES.indexOf(name)] ?? null
      const chain = next === null ? [] : [{ type: 'CNAME' as const, name, ttl: 60, data: next }]
      const answers = [...chain, answered(next ?? name, type)]
      world.upstreams.replies.set(`${name} ${type}`, { rcode: 'NOERROR', answers, authorities: [] })
    }
  return world
}
const ADDRESSES: Readonly<Record<string, string>> = { A: '198.51.100.80', AAAA: '2001:db8::80' }

interface Told {
  readonly verdict: 'blocked' | 'local' | 'passed'
  /** `rule 3`, `list 1`, `set youtube`, or the reason. */
  readonly by: string
}

const byOf = (setId: string | undefined, listId: number, ruleId: number, reason: string): string => {
  if (setId !== undefined) return `set ${setId}`
  return listId !== 0 ? `list ${listId}` : ruleId !== 0 ? `rule ${ruleId}` : reason
}

const VERDICTS: Readonly<Record<string, Told['verdict']>> = { blocked: 'blocked', rewritten: 'local', local: 'local' }

function toldByDns({ outcome, reason, ruleId, listId }: Answered): Told {
  return { verdict: VERDICTS[outcome] ?? 'passed', by: byOf(ruleSetOfListId(listId)?.id, listId, ruleId, reason) }
}

const WHY: Readonly<Record<string, Told['verdict']>> = {
  ...{ block: 'blocked', refuse: 'blocked', drop: 'blocked' },
  ...{ rewrite: 'local', alias: 'local', local: 'local' },
}

/** An answer that leads to what is blocked is blocked: by what won there. */
function toldByWhy({ decision, trace }: ReturnType<typeof explain>): Told {
  const later = trace.findLastIndex(({ detail }) => detail.endsWith('the answer leads here, and is blocked for it'))
  if (later >= 0) {
    const by = trace
      .slice(0, later)
      .findLast(({ matches }) => matches.some(({ won }) => won))
      ?.matches.find(({ won }) => won)
    return { verdict: 'blocked', by: byOf(by?.ruleSet?.id, by?.listId ?? 0, by?.ruleId ?? 0, 'answer-inspection') }
  }
  const { action, ruleSet: set, list: fromList, rule: own, reason } = decision
  return { verdict: WHY[action] ?? 'passed', by: byOf(set?.id, fromList?.id ?? 0, own?.id ?? 0, reason) }
}

/** Names that the answer of an upstream leads to. */
function targetsOf({ leads }: Policies, finalName: string): string[] {
  const next = leads[NAMES.indexOf(finalName)]
  return next ? [next] : []
}

const VERBS: Readonly<Record<string, string>> = {
  ...{ none: 'forwarded', forward: 'forwarded', allow: 'allowed', alias: 'aliased' },
  ...{ block: 'blocked', refuse: 'blocked', drop: 'blocked', rewrite: 'answered', local: 'answered' },
}

/** As results of simulations have it. */
function wordsOf(world: ScenarioWorld, { decision }: ReturnType<typeof explain>): string {
  const { action, ruleSet: set, list: fromList, rule: own, reason } = decision
  const verb = VERBS[action]!
  const row = [...rulesOf(world.config.data)].find(({ id }) => id === own?.id)
  if (set) return `${verb} by ${set.kind === 'service' ? 'service' : 'safe search of'} ${set.name}`
  if (fromList) return `${verb} by list ${fromList.name}`
  if (row)
    return `${verb} by rule ${formatRule({ ...row, queryTypes: row.queryTypes ?? [], groups: row.groups ?? [], comment: '' })}`
  return reason === 'none' ? verb : `${verb} by ${reason.replaceAll('-', ' ')}`
}

const messageOf = (name: string, type: string): Buffer =>
  encode({ type: 'query', id: 7, flags: 0x0100, questions: [{ name, type: type as 'A' }] })

/** The three that are asked, of one policy. */
class Three {
  readonly #made: Policies
  readonly #world: ScenarioWorld
  readonly #explained: LivePolicy
  readonly #simulated: SimulatedSide

  constructor(made: Policies) {
    this.#made = made
    this.#world = worldOf(made)
    this.#explained = this.#world.config.compile()
    this.#simulated = new SimulatedSide(this.#world.config.compile().policy, this.#world.config.data)
  }

  hourLater(): void {
    this.#world.clock.advance(HOUR_MS)
  }

  /** Asks all three. @returns what all of them said */
  async ask(name: string, type: string, address: string, clientId: string): Promise<Told> {
    const answered = await this.#world.send(messageOf(name, type), address, false, clientId)
    const dns = toldByDns(answered)
    const clientAddress = toMapped(parseAddress(address)!)
    const client = { clientAddress, clientId, groupId: this.#explained.groupOf(clientAddress, clientId) }
    const asked = { name, qtype: parseRrType(type)!, client, nowMs: this.#world.clock.now() }
    const where = `${name} ${type} ${address} ${clientId} at ${new Date(asked.nowMs).toISOString()}`
    const why = this.#why(asked)
    // An alias is told as what it is, unless it leads to what is blocked.
    const end = why.decision.action === 'alias' ? this.#why({ ...asked, name: why.decision.finalName }) : why
    expect(toldByWhy(end).verdict === 'blocked' ? toldByWhy(end) : toldByWhy(why), where).toEqual(dns)
    expect(why.shadow?.effect ?? 'nothing', `${where}, on trial`).toBe(answered.shadow.split(' ')[0])
    this.#simulated.judge(toWire(name), asked.qtype, client, asked.nowMs)
    // What an upstream answered is not in the log: what its answer leads to is DNS's and "why?"'s alone.
    if (answered.reason !== 'answer-inspection') expect(this.#simulated.words(), where).toBe(wordsOf(this.#world, why))
    return dns
  }

  #why(asked: ExplainRequest): ReturnType<typeof explain> {
    const { finalName } = explain(this.#explained.policy, asked).decision
    return explain(this.#explained.policy, { ...asked, targets: targetsOf(this.#made, finalName) })
  }
}

it('DNS, "why?" and "what if?" say the same of the same thousands of questions, and name the same winner', async () => {
  const seen = new Map<string, number>()
  let questions = 0
  await fc.assert(
    fc.asyncProperty(policies, async (made) => {
      const three = new Three(made)
      for (let hour = 0; hour < 3; hour++) {
        for (const name of ASKED)
          for (const [address, clientId] of CLIENTS) {
            const told = await three.ask(name, TYPES[questions++ % 2]!, address, clientId)
            for (const what of [told.verdict, told.by.split(' ')[0]!]) seen.set(what, (seen.get(what) ?? 0) + 1)
          }
        three.hourLater()
      }
    }),
    propertyRuns(40),
  )
  expect(questions).toBeGreaterThan(3000)
  for (const kind of ['blocked', 'local', 'passed', 'rule', 'list', 'set', 'override', 'none'])
    expect(seen.get(kind), kind).toBeGreaterThan(30)
}, 120_000)
