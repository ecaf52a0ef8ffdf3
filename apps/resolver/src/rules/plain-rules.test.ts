import { toWire } from '@weir/shared/dns/domain-name'
import { parseAddress } from '@weir/shared/dns/ip-address'
import { reverseName } from '@weir/shared/dns/reverse-name'
import { propertyRuns } from '@weir/shared/property-runs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NameHasher, NameScratch, newSuffixHashes } from './name-hash.ts'
import { isPlain } from './plain-row.ts'
import { PlainRules } from './plain-rules.ts'
import { rule } from './policy.fixture.ts'
import type { RuleRow } from './policy-data.ts'

const hasherOf = (seed: number): NameHasher => new NameHasher(new Uint8Array(32).fill(seed))

/** Ids of the rules at each suffix of the name, longest first. */
function idsFor(rules: PlainRules, hasher: NameHasher, name: string): number[] {
  const scratch = new NameScratch()
  scratch.read(toWire(name))
  const hashes = newSuffixHashes()
  hasher.hashSuffixes(scratch, hashes)
  const ids: number[] = []
  for (let depth = scratch.labelCount; depth >= 0; depth--)
    for (let found = rules.find(scratch, hashes, depth); found >= 0; found = rules.next(found))
      ids.push(rules.rule(found).row.id)
  return ids
}

const labels = ['a', 'b', '\\000', 'a\\000', 'long-label-of-some-length']
const name = fc.array(fc.constantFrom(...labels), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))
const row = fc
  .record({
    id: fc.integer({ min: 1, max: 40 }),
    action: fc.constantFrom('block' as const, 'allow' as const),
    match: fc.constantFrom('exact' as const, 'suffix' as const, 'subdomains' as const),
    pattern: fc.oneof({ weight: 20, arbitrary: name }, fc.constant('.')),
    important: fc.boolean(),
    yields: fc.constantFrom({}, { yields: true as const }),
  })
  .map(({ id, action, match, pattern, important, yields }) =>
    rule(id, action, pattern === '.' ? 'suffix' : match, pattern, { important, ...yields }),
  )
const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3')
const reversed = fc.constantFrom('1.2.0.192.in-addr.arpa', 'x.2.2.0.192.in-addr.arpa')
/** One that answers. */
const answer = fc
  .record({
    id: fc.integer({ min: 1, max: 40 }),
    match: fc.constantFrom('exact' as const, 'suffix' as const),
    pattern: fc.oneof(name, reversed),
    ipv4: fc.uniqueArray(address, { maxLength: 3 }),
    more: fc.constantFrom<Partial<RuleRow>>({}, { ttlSeconds: 60 }, { queryTypes: ['A'], groups: [2] }),
  })
  .map(({ id, match, pattern, ipv4, more }) =>
    ipv4.length > 0
      ? rule(id, 'rewrite', match, pattern, { ipv4, ...more })
      : rule(id, 'alias', match, pattern, { target: 'example.net', ...more }),
  )
const isAtOrBelow = (below: string, above: string): boolean =>
  above === '.' || below === above || below.endsWith(`.${above}`)

/** Ids of rules and of the PTR records that follow from them: longest name first, at one name in the order of coming. */
function expectedFor(question: string, rows: readonly RuleRow[]): number[] {
  const found = rows.flatMap(({ id, match, pattern, ipv4 = [] }) => {
    const pointers = match === 'exact' ? ipv4.map((text) => reverseName(parseAddress(text)!)) : []
    return [pattern, ...pointers]
      .filter((at) => isAtOrBelow(question, at))
      .map((at) => ({ id, length: toWire(at).length }))
  })
  return found.sort((a, b) => b.length - a.length).map(({ id }) => id)
}

describe('PlainRules', () => {
  it('has what a table of rows would have, whatever is added, removed and filed anew', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.oneof(row, answer).map((added) => ({ added })) },
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }).map((removed) => ({ removed })) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((seed) => ({ seed })) },
    )
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120 }),
        fc.array(fc.oneof(name, reversed), { minLength: 1, maxLength: 5 }),
        (steps, asked) => {
          let hasher = hasherOf(1)
          const rules = new PlainRules(hasher)
          const model = new Map<number, RuleRow>()
          for (const one of steps) {
            if ('seed' in one) {
              hasher = hasherOf(one.seed)
              rules.rehash(hasher)
            } else if ('removed' in one) {
              expect(rules.remove(one.removed)).toBe(model.delete(one.removed))
            } else {
              rules.remove(one.added.id)
              model.delete(one.added.id)
              rules.add(one.added)
              model.set(one.added.id, one.added)
            }
          }
          expect(rules.size).toBe(model.size)
          const byId = (a: RuleRow, b: RuleRow): number => a.id - b.id
          expect([...rules.rows()].sort(byId)).toEqual([...model.values()].sort(byId))
          for (const question of asked)
            expect(idsFor(rules, hasher, question)).toEqual(expectedFor(question, [...model.values()]))
        },
      ),
      propertyRuns(150),
    )
  })

  it('keeps many, packs the names of those that are gone, and makes each as an object only when asked', () => {
    const hasher = hasherOf(7)
    const rules = new PlainRules(hasher)
    const count = 12_000
    for (let id = 1; id <= count; id++) rules.add(rule(id, 'block', 'exact', `host-${id}.example.org`))
    for (let id = 1; id <= count; id++) if (id % 3 > 0) rules.remove(id)
    for (let id = 1; id <= count; id++)
      if (id % 3 > 0) rules.add(rule(id, 'allow', 'suffix', `other-${id}.example.net`))
    expect(rules.size).toBe(count)
    for (let id = 3; id <= count; id += 3) expect(idsFor(rules, hasher, `host-${id}.example.org`)).toEqual([id])
    for (let id = 1; id <= count; id += 3) expect(idsFor(rules, hasher, `x.other-${id}.example.net`)).toEqual([id])
    expect(idsFor(rules, hasher, 'host-1.example.org')).toEqual([])
  })

  it('takes many of one address out, the last first, as the undo of an import does', () => {
    const hasher = hasherOf(7)
    const rules = new PlainRules(hasher)
    // A walk past all the others for each would hold up a worker for as long as half a minute.
    const count = 30_000
    for (let id = 1; id <= count; id++)
      rules.add(rule(id, 'rewrite', 'exact', `h${id}.example.org`, { ipv4: ['192.0.2.1'] }))
    for (let id = count; id > 2; id--) rules.remove(id)
    expect(idsFor(rules, hasher, '1.2.0.192.in-addr.arpa')).toEqual([1, 2])
  })

  it('takes no damaged row, and nothing of it stays', () => {
    const rules = new PlainRules(hasherOf(7))
    expect(() => rules.add(rule(1, 'rewrite', 'exact', 'example.org', { ipv4: ['no address'] }))).toThrow(RangeError)
    expect([rules.size, idsFor(rules, hasherOf(7), 'example.org')]).toEqual([0, []])
  })

  it.each<[Partial<RuleRow>, boolean]>([
    [{}, true],
    [{ action: 'allow', important: true, queryTypes: [], groups: [] }, true],
    [{ yields: true }, true],
    [{ match: 'regex' }, false],
    [{ match: 'address' }, false],
    [{ action: 'rewrite', ipv4: ['192.0.2.1'] }, true],
    [{ action: 'rewrite', rcode: 'NXDOMAIN', overridesBlock: true, ttlSeconds: 60 }, true],
    [{ action: 'alias', target: 'example.net', queryTypes: ['A'], groups: [2] }, true],
    [{ action: 'rewrite', ipv4: ['192.0.2.1'], expiresAt: 1 }, false],
    [{ action: 'rewrite', ipv4: ['192.0.2.1'], schedule: 1 }, false],
    [{ action: 'rewrite', ipv4: ['192.0.2.1'], clients: ['Kids'] }, false],
    [{ action: 'rewrite', rcode: 'NOERROR', badfilter: true }, false],
    [{ action: 'forward', servers: ['192.0.2.53'] }, false],
    [{ id: 0 }, false],
    [{ ttlSeconds: 60 }, false],
    [{ expiresAt: 1 }, false],
    [{ queryTypes: ['A'] }, false],
    [{ groups: [2] }, false],
    [{ clients: ['Kids'] }, false],
    [{ answer: { kind: 'drop' } }, false],
    [{ badfilter: true }, false],
    [{ tcpOnly: true }, false],
    [{ schedule: 1 }, false],
    [{ exceptRewrite: '' }, false],
  ])('takes a row with %j: %s', (more, expected) => {
    expect(isPlain({ ...rule(1, 'block', 'exact', 'example.org'), ...more })).toBe(expected)
  })
})
