import { describe, expect, it } from 'vitest'
import { ask, said } from './asked.fixture.ts'
import { fileListRules, finishAtOnce, finishInSlices } from './list-rules.ts'
import { MAX_UNFILTERED_PATTERNS } from './pattern-rules.ts'
import { compileLists, policyOf, rule } from './policy.fixture.ts'

const COUNT = 20_000
const pattern = (i: number, source: string) => rule(i, 'block', 'regex', source)
const tracking = Array.from({ length: COUNT }, (_, i) => pattern(0, `^track${i}x[0-9]+\\.`))
const list = { id: 7, rules: tracking }

describe('complex lines of lists', () => {
  it('are filed in slices, between which the thread does other work, and then say the same', async () => {
    const policy = policyOf({ lists: [{ id: 7 }] })
    const index = compileLists([list])
    let turns = 0
    const ticker = setInterval(() => turns++, 0)
    const filed = await finishInSlices(policy.fileListRules(index, index.listRules))
    clearInterval(ticker)
    expect(turns).toBeGreaterThan(1)
    expect(said(ask(policy, 'track19999x7.example.org'))).toBe('None by none 0')
    policy.replaceIndex(index, filed)
    expect(said(ask(policy, 'track19999x7.example.org'))).toBe('Block by list-block 7')
    expect(filed.size).toBe(COUNT)
  })

  it('are compiled only where there is room for them: one beyond it that could not be is counted with the others', () => {
    const policy = policyOf({})
    const large = Array.from({ length: MAX_UNFILTERED_PATTERNS + 5 }, (_, i) => pattern(0, `^[a-z]{${(i % 60) + 1}}$`))
    const index = compileLists([{ id: 7, rules: [...large, pattern(0, '([')] }])
    const steps = fileListRules(index.listRules, policy.hasher)
    const filed = finishAtOnce(steps)
    expect([filed.size, filed.leftOutByList.get(7)]).toEqual([MAX_UNFILTERED_PATTERNS, 6])
  })

  it('that are damaged are left out, and the others act', () => {
    const policy = policyOf({ lists: [{ id: 7 }] })
    const rows = [
      rule(0, 'block', 'suffix', 'a..b'),
      pattern(0, '(['),
      rule(0, 'forward', 'suffix', 'x.example'),
      pattern(0, '^ads\\.'),
    ]
    policy.replaceIndex(compileLists([{ id: 7, rules: rows }]))
    expect(said(ask(policy, 'ads.example.org'))).toBe('Block by list-block 7')
    expect(said(ask(policy, 'x.example'))).toBe('None by none 0')
  })
})
