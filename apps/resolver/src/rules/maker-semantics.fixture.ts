/**
 * What the makers of a format say of its rules, as tables: rules, a question, and what becomes of it. The examples
 * (`*-semantics.test.ts`) have names and addresses kept for documentation.
 */
import type { RuleInput } from '@weir/shared/contract/rules'
import type { Settings } from '@weir/shared/contract/settings'
import { fromWire, toWire } from '@weir/shared/dns/domain-name'
import { formatAddress } from '@weir/shared/dns/ip-address'
import { formatRcode } from '@weir/shared/dns/rcode'
import { parseRrType } from '@weir/shared/dns/rr-type'
import { contextOf, parseRuleLine } from '@weir/shared/rules/parse-line'
import { expect, it } from 'vitest'
import { Decision, DecisionAction } from '../query/decision.ts'
import { decide } from './decide.ts'
import { NameScratch } from './name-hash.ts'
import { clientOf, NOW_MS, policyOf, rowOf } from './policy.fixture.ts'
import type { RuleRow } from './policy-data.ts'

const PHONE_GROUP = 3
type Precedence = Settings['precedence']

function rowsOf(text: string): RuleRow[] {
  const context = contextOf(text.split('\n'))
  const inputs = text.split('\n').flatMap((line): readonly RuleInput[] => {
    const outcome = parseRuleLine(line, 'own', context)
    if (outcome.kind === 'rejected') throw new Error(`${line}: ${outcome.reason}`)
    return outcome.kind === 'rules' ? outcome.rules : []
  })
  return inputs.map((input, i) => rowOf(input, i + 1))
}

/**
 * What a policy of these rules says.
 * @param text own rules, a line each
 * @param question name, type, and perhaps `from` an address or `by` a client's name, `in` a group's
 * @returns `pass`, `allow`, `block` with its answer where that is not the null address, `CNAME` with the target, an RCODE,
 *   `NODATA`, or the data of the records
 */
export function answer(text: string, question: string, precedence: Precedence = 'allow-first'): string {
  const [name = '', type = 'A', how, ...words] = question.split(' ')
  const who = words.join(' ')
  const policy = policyOf({ rules: rowsOf(text), settings: (defaults) => ({ ...defaults, precedence }) })
  const address = how === 'from' ? who : '192.0.2.10'
  policy.replaceClients(
    [{ prefix: address, groupId: PHONE_GROUP, name: how === 'by' ? who : '' }],
    [{ id: PHONE_GROUP, name: how === 'in' ? who : 'Others', isDefault: false, answer: null }],
  )
  const scratch = new NameScratch()
  scratch.read(toWire(name))
  const decision = new Decision()
  decide(policy, scratch, parseRrType(type)!, clientOf(PHONE_GROUP, address), NOW_MS, decision)
  return said(decision, type)
}

function said({ action, alias, local, block }: Decision, type: string): string {
  if (action === DecisionAction.Alias) return `CNAME ${fromWire(alias!.target)}`
  if (action === DecisionAction.Block) return block!.kind === 'null' ? 'block' : `block ${block!.kind}`
  if (action !== DecisionAction.LocalAnswer) return action === DecisionAction.Allow ? 'allow' : 'pass'
  if (local!.rcode !== 0) return formatRcode(local!.rcode)
  const records = [
    ...(type === 'A' ? local!.ipv4.map(formatAddress) : []),
    ...(type === 'AAAA' ? local!.ipv6.map(formatAddress) : []),
    ...local!.records.flatMap(({ text }) => (text.startsWith(`${type} `) ? [text.slice(type.length + 1)] : [])),
  ]
  return records.length > 0 ? records.join(' + ') : 'NODATA'
}

export type Row = readonly [rules: string, question: string, expected: string]
export const lines = (...all: readonly string[]): string => all.join('\n')
/** A test for each row. */
export const checkAnswers = (rows: readonly Row[]): void =>
  it.each(rows)('%s: %s is answered by %s', (rules, question, expected) =>
    expect(answer(rules, question)).toBe(expected),
  )
