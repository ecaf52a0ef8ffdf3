/**
 * The makers of the dialects say what their lines mean: their published cases, read by our parser and decided by our engine.
 * AdGuard's lists are read as own rules, since lists here may not answer with records; Blocky's as a wildcard list.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { RuleInput } from '@weir/shared/contract/rules'
import { fromWire, parseDomainName, toWire } from '@weir/shared/dns/domain-name'
import { formatAddress, parseAddress } from '@weir/shared/dns/ip-address'
import { formatRcode } from '@weir/shared/dns/rcode'
import { formatRrType, parseRrType, RrType } from '@weir/shared/dns/rr-type'
import type { Dialect } from '@weir/shared/rules/line-outcome'
import { parseRuleLine } from '@weir/shared/rules/parse-line'
import { describe, expect, it } from 'vitest'
import { Decision, DecisionAction } from '../query/decision.ts'
import type { QueryClient } from '../query/query-client.ts'
import { decide, decideAddress, decideTarget } from './decide.ts'
import { NameScratch } from './name-hash.ts'
import { CLIENT, clientOf, NOW_MS, policyOf, rowOf } from './policy.fixture.ts'
import type { Policy } from './policy.ts'
import type { ClientRow, GroupRow, RuleRow } from './policy-data.ts'

const folder = new URL('../../../../../shared/data/rules/', import.meta.url)
const isHere = existsSync(folder)

interface Case {
  readonly id: string
  readonly dialect: string
  readonly rules: readonly string[]
  readonly allow_rules?: readonly string[]
  readonly rewrites?: readonly { readonly domain: string; readonly answer: string }[]
  readonly upstream?: readonly { readonly type: string; readonly data: string }[]
  readonly config?: { readonly list_clients?: string }
  readonly query: {
    readonly name: string
    readonly type: string
    readonly client?: { readonly ip?: string; readonly name?: string; readonly tags?: readonly string[] }
  }
  readonly expect: {
    readonly action: 'block' | 'allow' | 'pass' | 'rewrite'
    readonly rcode?: string
    readonly answers?: readonly { readonly type: string; readonly data: string }[]
  }
}
interface Routing {
  readonly dialect: string
  readonly upstreams: readonly string[]
  readonly query: { readonly name: string; readonly type: string }
  readonly expect: { readonly upstream: string }
}
/** Blocky's table: names with all below them, `.` for names of one label, `default`. */
interface ConditionalRouting extends Omit<Routing, 'upstreams'> {
  readonly upstreams: Readonly<Record<string, string>>
}

/** The same as lines; each server gets a name of the form that the lines of AdGuard's cases have. */
function asLines({ upstreams, expect: expected, ...rest }: ConditionalRouting): Routing {
  const servers = Object.values(upstreams)
  const serverOf = (server: string): string => `${'abcdefgh'[servers.indexOf(server)]}.upstream`
  const lines = Object.entries(upstreams).map(([name, server]) => {
    if (name === 'default') return serverOf(server)
    return `[/${name === '.' ? '' : name}/]${serverOf(server)}`
  })
  return { ...rest, upstreams: lines, expect: { upstream: serverOf(expected.upstream) } }
}

const read = <T>(file: string): T[] =>
  isHere ? (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { cases: T[] }).cases : []

/** Where Weir decides otherwise, and why; docs/rules.md says the same. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  r0454: 'a group with only an allow list blocks nothing else here: say so with *$denyallow',
  r0499: 'names under .local are answered here and never sent out, before any block rule (RFC 6762)',
}

const inputsOf = (lines: readonly string[], dialect: Dialect): RuleInput[] =>
  lines.flatMap((line) => {
    const outcome = parseRuleLine(line, dialect)
    return outcome.kind === 'rules' ? outcome.rules : []
  })

const rowsOf = (inputs: readonly RuleInput[]): RuleRow[] => inputs.map((input, i) => rowOf(input, i + 1))

/** A row of a table answers for the name and all below it. */
const tableRules = ({ rewrites = [] }: Case): RuleInput[] =>
  rewrites.flatMap(({ domain, answer }): RuleInput[] => {
    const target = /^CNAME (.*)$/.exec(answer)?.[1]
    if (target !== undefined)
      return [{ action: 'rewrite', match: 'suffix', pattern: domain, records: [`CNAME ${target}`] }]
    const addresses = answer.includes(':') ? { ipv6: [answer] } : { ipv4: [answer] }
    return (['exact', 'suffix'] as const).map((match) => ({ action: 'rewrite', match, pattern: domain, ...addresses }))
  })

const CLIENT_GROUP = 2

function policyFor(c: Case): Policy {
  const isList = c.dialect === 'blocky'
  const groups = c.config?.list_clients === undefined ? [] : [CLIENT_GROUP]
  const ruled = rowsOf(inputsOf(c.rules, isList ? 'wildcard' : 'own'))
  const allowed = rowsOf(inputsOf(c.allow_rules ?? [], 'wildcard'))
  const policy = policyOf({
    rules: isList ? [] : [...ruled, ...rowsOf(tableRules(c))].map((row, i) => ({ ...row, id: i + 1 })),
    lists: isList
      ? [
          { id: 1, rules: ruled, groups },
          { id: 2, kind: 'allow', rules: allowed },
        ]
      : [],
  })
  const { ip, name = '', tags = [] } = c.query.client ?? {}
  const client: ClientRow[] = ip === undefined && name === '' ? [] : [{ prefix: ip ?? ANYBODY, groupId: 2, name }]
  const group: GroupRow[] = [{ id: CLIENT_GROUP, name: tags[0] ?? 'clients', isDefault: false, answer: null }]
  policy.replaceClients(client, group)
  return policy
}

const ANYBODY = '192.0.2.1'

interface Verdict {
  readonly action: string
  readonly rcode?: string
  readonly answers?: readonly { readonly type: string; readonly data: string }[]
}

function groupOf(c: Case): number {
  const range = c.config?.list_clients
  if (range === undefined) return CLIENT_GROUP
  // 10.43.8.64/28, as the case has it.
  const last = Number(c.query.client!.ip!.split('.').at(-1))
  return last >= 64 && last < 80 ? CLIENT_GROUP : 1
}

function verdictOf(c: Case): Verdict {
  const policy = policyFor(c)
  const name = parseDomainName(c.query.name)
  if (!name.ok) throw new Error(name.error)
  const qtype = parseRrType(c.query.type)!
  const client = clientOf(groupOf(c), c.query.client?.ip ?? ANYBODY)
  const decision = new Decision()
  const scratch = new NameScratch()
  const answers: { type: string; data: string }[] = []
  let wire = toWire(name.value)
  for (;;) {
    scratch.read(wire)
    decide(policy, scratch, qtype, client, NOW_MS, decision)
    if (decision.action !== DecisionAction.Alias) break
    wire = decision.alias!.target
    answers.push({ type: 'CNAME', data: `${fromWire(wire)}.` })
    if (qtype === RrType.CNAME) return { action: 'rewrite', rcode: 'NOERROR', answers }
  }
  if (decision.action === DecisionAction.Block) return { action: 'block' }
  if (decision.action === DecisionAction.LocalAnswer)
    return {
      action: 'rewrite',
      rcode: formatRcode(decision.local!.rcode),
      answers: [...answers, ...recordsOf(decision, qtype)],
    }
  return {
    action: isAnswerBlocked(c, policy, decision, qtype, client) ? 'block' : decision.action === 1 ? 'allow' : 'pass',
  }
}

function recordsOf({ local }: Decision, qtype: number): { type: string; data: string }[] {
  const all = [
    ...local!.ipv4.map((octets) => ({ type: 'A', data: formatAddress(octets) })),
    ...local!.ipv6.map((octets) => ({ type: 'AAAA', data: formatAddress(octets) })),
    ...local!.pointers.map((octets) => ({ type: 'PTR', data: `${fromWire(octets)}.` })),
    ...local!.records.map(({ text }) => ({
      type: text.slice(0, text.indexOf(' ')),
      data: text.slice(text.indexOf(' ') + 1).replaceAll('"', ''),
    })),
  ]
  return all.filter(({ type }) => type === formatRrType(qtype))
}

function isAnswerBlocked(c: Case, policy: Policy, decision: Decision, qtype: number, client: QueryClient): boolean {
  if (decision.action === DecisionAction.Allow) return false
  const found = new Decision()
  return (c.upstream ?? []).some(({ type, data }) =>
    type === 'CNAME'
      ? decideTarget(policy, toWire(data.replace(/\.$/, '')), RrType.CNAME, qtype, client, NOW_MS, false, found)
      : decideAddress(policy, parseAddress(data)!, qtype, client, NOW_MS, false, found),
  )
}

/** Plain hosts lines may be answered with their address or blocked; `allow` and `pass` both let the name through. */
const actionsOf = ({ action, answers }: Case['expect'], dialect: string): string[] => {
  if (dialect === 'blocky' && action === 'pass') return ['pass', 'allow']
  return action === 'pass' && answers === undefined ? ['pass'] : [action]
}

describe.runIf(isHere)('published cases', () => {
  const cases = read<Case>('cases-sample.json')

  it.each(
    cases.map((c) => [c.id, c.rules.slice(0, 4).join(' '), c.query.name, c.query.type, c.expect.action, c] as const),
  )('%s: %s on %s %s: %s', (id, _rules, _name, _type, _action, c) => {
    const verdict = verdictOf(c)
    const isExpected = actionsOf(c.expect, c.dialect).includes(verdict.action)
    if (DEVIATIONS[id] !== undefined) return expect(isExpected).toBe(false)
    expect([isExpected, verdict.action]).toEqual([true, verdict.action])
    if (c.expect.action !== 'rewrite') return
    expect(verdict.rcode).toBe(c.expect.rcode ?? 'NOERROR')
    if (c.expect.answers) expect(verdict.answers).toEqual(expect.arrayContaining([...c.expect.answers]))
    expect(verdict.answers?.length).toBe(c.expect.answers?.length ?? verdict.answers?.length)
  })

  const routings = [
    ...read<Routing>('forward-routing.json').filter(({ dialect }) => dialect === 'adguard-upstreams'),
    // `test` is a special-use name (RFC 6761 §6.2): a rule for all names of one label does not mean it.
    ...read<ConditionalRouting>('forward-routing.json')
      .filter(({ dialect, query }) => dialect === 'blocky-conditional' && query.name !== 'test.')
      .map(asLines),
  ]
  /** Plain upstreams are addresses here: each name of the cases gets one. */
  const names = [
    ...new Set(routings.flatMap(({ upstreams }) => upstreams.flatMap((line) => line.match(/[a-z]+\.upstream/g) ?? []))),
  ]
  const numbered = (text: string): string =>
    text.replace(/[a-z]+\.upstream/, (name) => `192.0.2.${names.indexOf(name) + 1}`)

  it.each(routings.map((c) => [c.upstreams.join(' '), c.query.name, c.query.type, c] as const))(
    'of %s, %s %s goes to the right one',
    (_upstreams, name, type, c) => {
      const upstreams = c.upstreams.map(numbered)
      const lines = upstreams.filter((line) => line.startsWith('['))
      const policy = policyOf({
        rules: rowsOf(inputsOf(lines, 'own')),
        settings: (defaults) => ({
          ...defaults,
          upstreams: { ...defaults.upstreams, servers: upstreams.filter((line) => !line.startsWith('[')) },
        }),
      })
      const decision = new Decision()
      const scratch = new NameScratch()
      scratch.read(toWire(name.replace(/(?<=.)\.$/, '')))
      decide(policy, scratch, parseRrType(type)!, CLIENT, NOW_MS, decision)
      const address = (text: string): string => text.replace(/^tcp:\/\//, '').replace(/:53$/, '')
      expect(decision.upstreams?.servers.map(address)).toEqual([address(numbered(c.expect.upstream))])
    },
  )
})
